"""Delegations with their direction: received from elsewhere, sent elsewhere, or between units of ours."""

import polars as pl

from projections.metrics.derived.claim_times import UTC, Schema, whole_time
from projections.metrics.derived.derived import Derived, Reading

DELEGATIONS, UNITS = "claim_delegations", "unit_moves"
SCHEMA: Schema = {
    **{
        name: pl.String()
        for name in (
            *("kind", "relation", "direction", "from_unit", "to_unit"),
            *("line", "channel", "cause", "product", "customer_class", "event_code"),
            *("unit", "customer_id", "tier"),
        )
    },
    "due_at": UTC,
    "completed_at": UTC,
    "documents_complete": pl.Boolean(),
    "is_on_time": pl.Boolean(),
}


def delegations(name: str, *, time: str) -> Derived:
    """Delegations by one of their times that has come; ours is a unit that ever had a place in the tree."""

    def rows(reading: Reading) -> pl.DataFrame:
        read = [column for column in SCHEMA if column not in ("direction", "is_on_time")]
        told = reading.facts(DELEGATIONS, columns=read, time=whole_time(reading, time))
        return told.filter(pl.col(time) < reading.reference).with_columns(
            direction(our_units(reading)), is_on_time=pl.col("completed_at") <= pl.col("due_at")
        )

    return Derived(
        name=name,
        reads=(DELEGATIONS, UNITS),
        keys=("claim", "delegation_id"),
        schema=SCHEMA,
        rows=rows,
    )


def our_units(reading: Reading) -> pl.Series:
    """The units that ever had a place in our tree."""
    return reading.facts(UNITS, columns=())["unit"].str.strip_prefix("unit-").unique()


def direction(ours: pl.Series) -> pl.Expr:
    """`received` from elsewhere, `sent` there, `intra_province` between ours; null between strangers."""
    is_from_us, is_to_us = (
        pl.col(name).is_in(ours.implode()).fill_null(value=False) for name in ("from_unit", "to_unit")
    )
    return (
        pl.when(is_from_us & is_to_us)
        .then(pl.lit("intra_province"))
        .when(is_to_us)
        .then(pl.lit("received"))
        .when(is_from_us)
        .then(pl.lit("sent"))
        .alias("direction")
    )


DUE_DELEGATIONS = delegations("due_delegations", time="due_at")
COMPLETED_DELEGATIONS = delegations("completed_delegations", time="completed_at")
