"""Agents who left, each with how long they had been there."""

from datetime import timedelta

import polars as pl

from projections.metrics.derived.derived import Derived, Reading

TENURES = (("under_3_months", timedelta(days=91)), ("3_to_12_months", timedelta(days=365)))
"""Names of tenures and what each stays below; whoever was there longer left after `over_a_year`."""
OVER_A_YEAR = "over_a_year"
ABOUT = ("unit", "role", "team", "agent_id", "joined_at", "left_at", "left_for")


def agent_leavings(reading: Reading) -> pl.DataFrame:
    """One row per agent who left in the periods and has not come back."""
    span = (reading.spans[0][0], reading.spans[-1][1])
    left = reading.facts("agents", columns=ABOUT, time=("left_at", *span))
    return left.filter(pl.col("joined_at").is_not_null()).select(
        pl.exclude("left_for", "joined_at"), pl.col("left_for").alias("reason"), tenure=_tenure()
    )


def _tenure() -> pl.Expr:
    length = pl.col("left_at") - pl.col("joined_at")
    below = [pl.when(length < longest).then(pl.lit(name)) for name, longest in TENURES]
    return pl.coalesce(*below, pl.lit(OVER_A_YEAR))


AGENT_LEAVINGS = Derived(
    name="agent_leavings",
    reads=("agents",),
    keys=("agent",),
    schema={
        "unit": pl.String(),
        "role": pl.String(),
        "team": pl.String(),
        "agent_id": pl.String(),
        "left_at": pl.Datetime("us", "UTC"),
        "reason": pl.String(),
        "tenure": pl.String(),
    },
    rows=agent_leavings,
)
