"""What a resolver is given: who asks, when, whom to ask in turn, and where to note how long its list was."""

from dataclasses import dataclass, field
from datetime import datetime

from graphql_api.lists.list_notes import ListNotes
from graphql_api.services import Services
from graphql_api.sign_in import Caller


@dataclass(frozen=True, slots=True)
class RequestContext:
    caller: Caller
    services: Services
    now: datetime
    notes: ListNotes = field(default_factory=ListNotes)
