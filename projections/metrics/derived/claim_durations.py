"""How long claims took from their report, each with the period in which a step of theirs was done."""

import polars as pl

from projections.facts.spec import MONEY
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

CLAIMS = "claims"
ABOUT: Schema = {
    name: pl.String()
    for name in (
        *("line", "channel", "cause", "product", "customer_class", "event_code"),
        *("unit", "agent_id", "customer_id", "campaign_id", "tier"),
    )
}
AMOUNTS = ("approved_amount", "paid_amount", "assessed_amount", "claimed_amount")
DURATIONS: Schema = {
    **ABOUT,
    "size": MONEY,
    "paid_amount": MONEY,
    "approved_amount": MONEY,
    "duration_ms": MS,
    "months": pl.Int64(),
}
"""`size`: what stands for the claim's amount; `months`: calendar months in the zone of the question."""

SIZE = pl.coalesce(AMOUNTS).alias("size")
"""Approved where anything was, else paid, assessed or claimed."""


def durations(name: str, *, until: str) -> Derived:
    """Claims of which a step was done in the period, and how long after their report that was."""

    def rows(reading: Reading) -> pl.DataFrame:
        claims = reading.facts(
            CLAIMS, columns=(*ABOUT, *AMOUNTS, "reported_at", until), time=whole_time(reading, until)
        )
        return claims.filter(pl.col("reported_at").is_not_null()).with_columns(
            SIZE,
            milliseconds("reported_at", until).alias("duration_ms"),
            months(local_day("reported_at", reading), local_day(until, reading)).alias("months"),
        )

    schema = {**DURATIONS, until: UTC}
    return Derived(name=name, reads=(CLAIMS,), keys=("claim",), schema=schema, rows=rows)


CLAIM_CLOSINGS = durations("claim_closings", until="closed_at")
CLAIM_FIRST_APPROVALS = durations("claim_first_approvals", until="approved_at")
CLAIM_FIRST_PAYMENTS = durations("claim_first_payments", until="first_paid_at")
