"""Final approvals of something to pay, and whether a payment followed within a day."""

from datetime import timedelta

import polars as pl

from projections.facts.spec import MONEY
from projections.metrics.derived.claim_times import UTC, Schema, whole_time
from projections.metrics.derived.derived import Derived, Reading

APPROVALS, PAYMENTS = "claim_approvals", "claim_payments"
ONE_DAY = timedelta(hours=24)
ABOUT = (
    *("line", "channel", "cause", "product", "customer_class", "event_code"),
    *("unit", "customer_id", "tier", "agent_id", "level"),
)
SCHEMA: Schema = {
    **{name: pl.String() for name in ABOUT},
    "amount": MONEY,
    "approved_at": UTC,
    "is_paid_in_time": pl.Boolean(),
}


def rows(reading: Reading) -> pl.DataFrame:
    """One row per final approval of more than nothing; a payment before it is not a payment after it."""
    column, start, end = whole_time(reading, "approved_at")
    approvals = reading.facts(
        APPROVALS, columns=(*ABOUT, "amount", "final", column), time=(column, start, end)
    ).filter(pl.col("final"), pl.col("amount") > 0)
    paid = reading.facts(PAYMENTS, columns=("paid_at",), time=("paid_at", start, end + ONE_DAY))
    moments = paid.select("claim", "paid_at").sort("paid_at")
    return (
        approvals.sort(column)
        .join_asof(
            moments,
            left_on=column,
            right_on="paid_at",
            by="claim",
            strategy="forward",
            check_sortedness=False,
        )
        .with_columns(is_paid_in_time=(pl.col("paid_at") - pl.col(column) <= ONE_DAY).fill_null(value=False))
        .drop("paid_at", "final")
    )


PAYABLE_APPROVALS = Derived(
    name="payable_approvals",
    reads=(APPROVALS, PAYMENTS),
    keys=("claim", "version"),
    schema=SCHEMA,
    rows=rows,
)
