"""One line of the access log: who looked or told, as what, by which operation, of whom, how much of it."""

import re
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson

from graphql_api.access.looks import Looks
from graphql_api.sign_in import Caller

SAYS_NOTHING_OF_ANYBODY = re.compile(r"[A-Z][A-Z_]{1,39}|\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?")
"""Words of enums, days and moments."""
LEFT_OUT = "…"
LONGEST_VARIABLES = 10_000
MOST_CUSTOMERS = 1_000
"""Customers whom a line names; of more it says how many rows there were."""
OPENING_ROWS = frozenset({"explain", "metricDifference"})
"""What shows rows behind figures is on record whoever they are about."""


@dataclass(frozen=True, kw_only=True)
class TrailEntry:
    """`kind` is query, command or export; `ms` and `bytes` are null while an export begins.

    `personal` are kinds of text shown in the open; `customers` whom a row was about, where they were few.
    """

    at: datetime
    request_id: str
    caller: str
    role: str
    kind: str
    operation: str | None
    document: str | None
    variables: str | None
    datasets: list[str]
    personal: list[str]
    customers: list[str]
    rows: int
    bytes: int | None
    ms: float | None
    outcome: str

    @property
    def values(self) -> tuple[Any, ...]:
        return astuple(self)


COLUMNS = tuple(one.name for one in fields(TrailEntry))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was asked: the text of the document, its operation, what it was given, and since when it is made.

    `began` is of the process's own clock (`time.perf_counter`).
    """

    at: datetime
    request_id: str
    caller: Caller
    kind: str
    operation: str | None = None
    document: str | None = None
    variables: dict[str, Any] | None = None
    began: float = 0.0

    def entry(self, looks: Looks, *, outcome: str, bytes: int | None, ms: float | None) -> TrailEntry:  # noqa: A002
        return TrailEntry(
            at=self.at,
            request_id=self.request_id,
            caller=self.caller.name,
            role=self.caller.role,
            kind="command" if looks.commands else self.kind,
            operation=self.operation,
            document=None if self.document is None else sha256(self.document.encode()).hexdigest(),
            variables=None if self.variables is None else written_variables(self.variables),
            datasets=sorted({*looks.rows, *looks.commands}),
            personal=sorted(looks.kinds),
            customers=sorted(looks.customers) if len(looks.customers) <= MOST_CUSTOMERS else [],
            rows=sum(looks.rows.values()),
            bytes=bytes,
            ms=ms,
            outcome=outcome,
        )


def is_on_record(asked: Asked, looks: Looks) -> bool:
    """Whether it leaves a line: personal text in the open, people, exports, commands, rows behind figures."""
    is_more_than_rows = asked.kind != "query" or bool(looks.commands)
    return is_more_than_rows or looks.is_personal or bool(OPENING_ROWS & looks.rows.keys())


def written_variables(variables: dict[str, Any]) -> str:
    """As JSON without any text that could say something of somebody."""
    written = orjson.dumps(_redacted(variables), default=str).decode()
    return written if len(written) <= LONGEST_VARIABLES else f'"{LEFT_OUT}"'


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _redacted(held) for name, held in value.items()}
    if isinstance(value, list):
        return [_redacted(held) for held in value]
    if isinstance(value, str) and not SAYS_NOTHING_OF_ANYBODY.fullmatch(value):
        return LEFT_OUT
    # Numbers of people are told as numbers by some clients.
    is_long_number = isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**6
    return LEFT_OUT if is_long_number else value
