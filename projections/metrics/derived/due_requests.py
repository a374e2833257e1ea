"""Requests that have fallen due, and whether they were done by then."""

import polars as pl

from projections.metrics.derived.claim_times import UTC, Schema, whole_time
from projections.metrics.derived.derived import Derived, Reading

REQUESTS = "requests"
SCHEMA: Schema = {
    **{
        name: pl.String()
        for name in (
            *("kind", "channel", "unit", "tier", "customer_id", "agent_id", "campaign_id"),
            *("handed_over_to", "outcome"),
        )
    },
    "due_at": UTC,
    "fulfilled_at": UTC,
    "cancelled_at": UTC,
    "is_wanted": pl.Boolean(),
    "is_on_time": pl.Boolean(),
}


def rows(reading: Reading) -> pl.DataFrame:
    """One row per request whose due moment has come; cancelled before that, nothing was due any more."""
    read = [column for column in SCHEMA if not column.startswith("is_")]
    requests = reading.facts(REQUESTS, columns=read, time=whole_time(reading, "due_at"))
    return requests.filter(pl.col("due_at") < reading.reference).with_columns(
        is_wanted=~(pl.col("cancelled_at") < pl.col("due_at")).fill_null(value=False),
        is_on_time=(pl.col("fulfilled_at") <= pl.col("due_at")).fill_null(value=False),
    )


DUE_REQUESTS = Derived(name="due_requests", reads=(REQUESTS,), keys=("request",), schema=SCHEMA, rows=rows)
