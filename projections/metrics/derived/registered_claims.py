"""Claims by the day of their report, and what became of them until the moment asked as of."""

import polars as pl

from projections.facts.spec import MONEY
from projections.metrics.derived.claim_durations import ABOUT, AMOUNTS, CLAIMS, SIZE
from projections.metrics.derived.claim_times import (
    MS,
    UTC,
    Schema,
    local_day,
    milliseconds,
    months,
    whole_time,
)
from projections.metrics.derived.derived import Derived, Reading

CLOSED_WITHIN = "12mo"
READ = (*ABOUT, *AMOUNTS, "loss_on", "reported_at", "closed_at", "withdrawn_at", "ended_at")
SCHEMA: Schema = {
    **ABOUT,
    "reported_at": UTC,
    "size": MONEY,
    "lag_months": pl.Int64(),
    "lifetime_ms": MS,
    "is_ended": pl.Boolean(),
    "is_withdrawn": pl.Boolean(),
    "is_paid_nothing": pl.Boolean(),
    "is_closed_in_time": pl.Boolean(),
}
"""`lifetime_ms` until the end, or of an open claim until the moment asked as of."""


def rows(reading: Reading) -> pl.DataFrame:
    """One row per claim reported in the period; months are those of the question's zone."""
    claims = reading.facts(CLAIMS, columns=READ, time=whole_time(reading, "reported_at"))
    nothing_paid = pl.col("paid_amount").fill_null(0) == 0
    return claims.with_columns(
        SIZE,
        lag_months=months(pl.col("loss_on"), local_day("reported_at", reading)),
        lifetime_ms=milliseconds("reported_at", pl.col("ended_at").fill_null(reading.reference)),
        is_ended=pl.col("ended_at").is_not_null(),
        is_withdrawn=pl.col("withdrawn_at").is_not_null(),
        is_paid_nothing=pl.col("ended_at").is_not_null() & nothing_paid,
        is_closed_in_time=pl.col("closed_at") <= _a_year_after(reading),
    )


def _a_year_after(reading: Reading) -> pl.Expr:
    """The same day and time of the clock twelve months after the report; of a 29 February, the 28th."""
    local = pl.col("reported_at").dt.convert_time_zone(reading.zone.key).dt.replace_time_zone(None)
    later = local.dt.offset_by(CLOSED_WITHIN).dt.replace_time_zone(
        reading.zone.key, ambiguous="earliest", non_existent="null"
    )
    return later.dt.convert_time_zone("UTC")


REGISTERED_CLAIMS = Derived(
    name="registered_claims", reads=(CLAIMS,), keys=("claim",), schema=SCHEMA, rows=rows
)
