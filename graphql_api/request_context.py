"""What a resolver is given: who asks, when, whom to ask in turn, and where to note how long its list was."""

from dataclasses import dataclass, field
from datetime import datetime

from graphql_api.access.looks import Looks
from graphql_api.access.read_access import ReadAccess
from graphql_api.lists.list_notes import ListNotes
from graphql_api.services import Services
from graphql_api.sign_in import Caller


@dataclass(frozen=True, slots=True)
class RequestContext:
    caller: Caller
    services: Services
    now: datetime
    notes: ListNotes = field(default_factory=ListNotes)
    looks: Looks = field(default_factory=Looks)

    @property
    def access(self) -> ReadAccess:
        """The caller's way to rows."""
        return ReadAccess(
            caller=self.caller,
            database=self.services.database,
            keys=self.services.store.keys,
            looks=self.looks,
        )
