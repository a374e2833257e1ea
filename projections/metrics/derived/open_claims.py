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
    is_open = pl.col("ended_at").is_null() | (pl.col("ended_at") >= pl.col("moment"))
    return (
        _open_since(reading)
        .join_where(moments, pl.col("reported_at") < pl.col("moment"))
        .filter(is_open)
        .with_columns(
            SIZE, open_at=pl.col("moment") - JUST, age_ms=milliseconds("reported_at", pl.col("moment"))
        )
        .drop("moment")
    )


def _open_since(reading: Reading) -> pl.DataFrame:
    """Claims that are open, or ended after the periods began: of years of claims a few."""
    begin, end = reading.spans[0][0], reading.spans[-1][1]
    columns = (*ABOUT, *AMOUNTS, "reported_at", "ended_at")
    still = reading.facts(
        CLAIMS, columns=columns, time=("reported_at", None, end), equal={"ended_at": [None]}
    )
    ended_since = reading.facts(CLAIMS, columns=columns, time=("ended_at", begin, None))
    return pl.concat([still, ended_since])


OPEN_CLAIMS = Derived(
    name="open_claims", reads=(CLAIMS,), keys=("claim", "open_at"), schema=SCHEMA, rows=rows
)
