"""Named example rows of the facts that are summed: literal frames with every column that measures read."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from projections.facts import SPECS

SHANGHAI = "Asia/Shanghai"
SCHEMAS: Mapping[str, Mapping[str, pl.DataType]] = {
    name: {column.name: column.dtype for column in spec.columns}
    | {"voided": pl.Boolean()}
    | spec.envelope_schema
    for name, spec in SPECS.items()
}
"""Per fact the columns that storage gives: the public ones and the envelope."""


def at(text: str) -> datetime:
    """A moment in UTC: `at("2024-01-31T16:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def frame(fact: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of a fact: columns left out are null, a row is live and was told when it happened."""
    whole = [told(row) | dict(row) for row in rows]
    return pl.DataFrame(whole, schema=dict(SCHEMAS[fact]), orient="row")


def told(row: Mapping[str, Any]) -> dict[str, Any]:
    """The envelope of a row that happened and was recorded at its first time."""
    happened = row.get("offered_at") or row.get("filed_at") or row.get("period_end") or at("2024-01-01T00:00")
    if not isinstance(happened, datetime):
        happened = datetime(happened.year, happened.month, happened.day, tzinfo=UTC) - timedelta(
            microseconds=1
        )
    return {
        "voided": False,
        "first_occurred_at": happened,
        "last_occurred_at": happened,
        "first_recorded_at": happened,
        "last_recorded_at": happened,
        "first_position": 1,
        "last_position": 1,
    }


def complaint(number: int, **columns: Any) -> dict[str, Any]:
    """A complaint of a customer, filed on 10 January 2024, unless told otherwise."""
    return {
        "complaint": f"complaint-x:{number}",
        "kind": "external",
        "filed_at": at("2024-01-10T02:00"),
    } | columns


def call(number: int, **columns: Any) -> dict[str, Any]:
    """An inbound call answered after 10 s, unless told otherwise."""
    return {
        "call": f"call-x:{number}",
        "direction": "inbound",
        "outcome": "answered",
        "offered_at": at("2024-01-10T02:00"),
        "wait_ms": 10_000,
    } | columns


def volume(measure: str, start: datetime, end: datetime, value: int, **columns: Any) -> dict[str, Any]:
    return {
        "volume": f"volume-x:{measure}/{columns.get('unit')}/{columns.get('line')}",
        "measure": measure,
        "period_start": start.date(),
        "period_end": end.date(),
        "value": Decimal(value),
    } | columns
