"""Claims that are open at the end of each period, and how old they are then."""

from datetime import timedelta

import polars as pl

from projections.facts.spec import MONEY
from projections.metrics.derived.claim_durations import ABOUT, AMOUNTS, CLAIMS, SIZE
from projections.metrics.derived.claim_times import MS, UTC, Schema, ends, milliseconds
from projections.metrics.derived.derived import Derived, Reading

SCHEMA: Schema = {**ABOUT, "size": MONEY, "open_at": UTC, "age_ms": MS}
JUST = timedelta(microseconds=1)


def rows(reading: Reading) -> pl.DataFrame:
    """One row per claim and period at whose end it is reported and neither closed, withdrawn nor rejected.

    A period that is not over yet ends, for this, at the moment asked as of; `open_at` is just before.
    """
    moments = ends(reading)
    claims = reading.facts(
        CLAIMS,
        columns=(*ABOUT, *AMOUNTS, "reported_at", "ended_at"),
        time=("reported_at", None, reading.spans[-1][1]),
    )
    is_open = pl.col("ended_at").is_null() | (pl.col("ended_at") >= pl.col("moment"))
    return (
        claims.filter(pl.col("ended_at").is_null() | (pl.col("ended_at") >= reading.spans[0][0]))
        .join_where(moments, pl.col("reported_at") < pl.col("moment"))
        .filter(is_open)
        .with_columns(
            SIZE, open_at=pl.col("moment") - JUST, age_ms=milliseconds("reported_at", pl.col("moment"))
        )
        .drop("moment")
    )


OPEN_CLAIMS = Derived(
    name="open_claims", reads=(CLAIMS,), keys=("claim", "open_at"), schema=SCHEMA, rows=rows
)
