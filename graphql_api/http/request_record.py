"""What is noted of a request while it is answered: the lines of the log, counts and traces are made of it."""

import re
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from graphql_api.sign_in import Caller

PLACE = "kefu.record"
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


@dataclass(slots=True)
class RequestRecord:
    """No variables and no addresses' parameters: they may hold what is personal.

    `document` is the SHA-256 of the text asked, `codes` those of errors in the answer, `cost` in values.
    """

    id: str
    caller: str | None = None
    role: str | None = None
    operation: str | None = None
    kind: str | None = None
    document: str | None = None
    rows: int = 0
    cost: int = 0
    codes: list[str] = field(default_factory=list)

    def asked_by(self, caller: Caller) -> None:
        self.caller, self.role = caller.name, caller.role


def record_of(scope: MutableMapping[str, Any]) -> RequestRecord:
    """The record of the request of this ASGI scope (`request.scope`); a new one where none was begun."""
    if PLACE not in scope:
        scope[PLACE] = RequestRecord(id=_id(scope))
    record: RequestRecord = scope[PLACE]
    return record


def _id(scope: MutableMapping[str, Any]) -> str:
    """The one that the client or a proxy gave, if it is fit to be written down, else a new one."""
    given = dict(scope.get("headers", ())).get(b"x-request-id", b"").decode("latin-1")
    return given if GIVEN_ID.fullmatch(given) else uuid4().hex
