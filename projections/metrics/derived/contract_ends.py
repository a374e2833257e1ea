"""Every contract that ended, and whether the customer signed another about that time."""

from datetime import timedelta

import polars as pl

from projections.metrics.derived.derived import Derived, Reading
from projections.metrics.derived.spans import ENVELOPE_COLUMNS, INSTANT, customer_id

RENEWED_WITHIN = timedelta(days=30)


def contract_ends(reading: Reading) -> pl.DataFrame:
    """Contracts by the time of their end; `renewed`: another was signed within 30 days, before or after."""
    start, end = reading.spans[0][0], reading.spans[-1][1]
    columns = ("product", "bundle", "unit", "agent_id", "tier", "ended_at")
    ended = reading.facts("contracts", columns=columns, time=("ended_at", start, end))
    signed = reading.facts(
        "contracts",
        columns=("signed_at",),
        time=("signed_at", start - RENEWED_WITHIN, end + RENEWED_WITHIN),
    ).select("customer", "signed_at", another="contract_id")
    met = ended.select("customer", "contract_id", "ended_at").join(signed, on="customer")
    renewed = met.filter(
        pl.col("another") != pl.col("contract_id"),
        (pl.col("signed_at") - pl.col("ended_at")).abs() <= RENEWED_WITHIN,
    )
    keys = renewed.select("customer", "contract_id").unique()
    return ended.join(
        keys.with_columns(renewed=pl.lit(value=True)), on=["customer", "contract_id"], how="left"
    ).select(
        "customer",
        "contract_id",
        customer_id(),
        *columns,
        pl.col("renewed").fill_null(value=False),
        *ENVELOPE_COLUMNS,
    )


CONTRACT_ENDS = Derived(
    name="contract_ends",
    reads=("contracts",),
    keys=("customer", "contract_id"),
    schema={
        "customer_id": pl.String(),
        "product": pl.String(),
        "bundle": pl.String(),
        "unit": pl.String(),
        "agent_id": pl.String(),
        "tier": pl.String(),
        "ended_at": INSTANT,
        "renewed": pl.Boolean(),
    },
    rows=contract_ends,
)
