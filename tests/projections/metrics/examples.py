"""Named example rows of the facts that are summed: literal frames with every column that measures read."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl

SHANGHAI = "Asia/Shanghai"
MOMENT = pl.Datetime("us", "UTC")
ENVELOPE = {
    "voided": pl.Boolean(),
    "first_occurred_at": MOMENT,
    "last_occurred_at": MOMENT,
    "first_recorded_at": MOMENT,
    "last_recorded_at": MOMENT,
    "first_position": pl.Int64(),
    "last_position": pl.Int64(),
}
TEXT, NUMBER = pl.String(), pl.Int64()

CALLS = {
    "call": TEXT,
    "direction": TEXT,
    "hotline": TEXT,
    "queue": TEXT,
    "channel": TEXT,
    "purpose": TEXT,
    "line": TEXT,
    "unit": TEXT,
    "agent_id": TEXT,
    "customer_id": TEXT,
    "tier": TEXT,
    "offered_at": MOMENT,
    "queued_at": MOMENT,
    "outcome": TEXT,
    "flow_kind": TEXT,
    "wait_ms": NUMBER,
    "talk_ms": NUMBER,
    "key_presses": NUMBER,
    "rating_score": NUMBER,
    "rating_scale": NUMBER,
    "rating_satisfied": pl.Boolean(),
    "rated_at": MOMENT,
    **ENVELOPE,
}
COMPLAINTS = {
    "complaint": TEXT,
    "kind": TEXT,
    "channel": TEXT,
    "category": TEXT,
    "line": TEXT,
    "product": TEXT,
    "unit": TEXT,
    "tier": TEXT,
    "filed_at": MOMENT,
    "closed_at": MOMENT,
    "attributions": NUMBER,
    "escalations": NUMBER,
    "regulator_outcome": TEXT,
    **ENVELOPE,
}
LIABILITIES = {
    "complaint": TEXT,
    "attribution_id": TEXT,
    "party": TEXT,
    "unit": TEXT,
    "category": TEXT,
    "filed_at": MOMENT,
    "in_force": pl.Boolean(),
    "is_lead": pl.Boolean(),
    **ENVELOPE,
}
VOLUMES = {
    "volume": TEXT,
    "measure": TEXT,
    "period_start": pl.Date(),
    "period_end": pl.Date(),
    "value": pl.Decimal(38, 4),
    "line": TEXT,
    "product": TEXT,
    "customer_class": TEXT,
    "channel": TEXT,
    "unit": TEXT,
    **ENVELOPE,
}
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "calls": CALLS,
    "complaints": COMPLAINTS,
    "complaint_liabilities": LIABILITIES,
    "volumes": VOLUMES,
}


def at(text: str) -> datetime:
    """A moment in UTC: `at("2024-01-31T16:00")`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def frame(fact: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of a fact; columns left out are null, the row is live, and its envelope follows its first time."""
    whole = [{"voided": False} | dict(row) for row in rows]
    return pl.DataFrame(whole, schema=dict(SCHEMAS[fact]), orient="row")


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
        "volume": f"volume-x:{measure}",
        "measure": measure,
        "period_start": start.date(),
        "period_end": end.date(),
        "value": Decimal(value),
    } | columns
