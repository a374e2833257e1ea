"""One row per time that a customer said they were not satisfied, and how it was put right.

A repair that names a rating puts right everything open about it, one that names none the first open: which
that is depends on the order of all of them, so rows are folded from whole streams.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar

import polars as pl

from projections.facts.row import First, Key, Row

DISSATISFIED = "customer.dissatisfied"
REPAIRED = "customer.repaired"


class Dissatisfaction(Row, stream="customer", name="dissatisfactions", version=1):
    """An entry of the register of dissatisfied customers, by the version of its event."""

    WHOLE_STREAM = True
    WIDENED: ClassVar[Mapping[str, pl.DataType]] = {"told_as": pl.Int64()}
    INDEXES = (("dissatisfied_at",),)

    customer: Annotated[str, Key()]
    version: Annotated[int, Key("told_as")]
    process: Annotated[str | None, First(DISSATISFIED)]
    reason: Annotated[str | None, First(DISSATISFIED)]
    """What the customer was not satisfied with, a code."""
    rating_id: Annotated[str | None, First(DISSATISFIED)]
    subject_id: Annotated[str | None, First(DISSATISFIED)]
    unit: Annotated[str | None, First(DISSATISFIED)]
    agent_id: Annotated[str | None, First(DISSATISFIED)]
    tier: Annotated[str | None, First(DISSATISFIED)]
    dissatisfied_at: Annotated[datetime | None, First(DISSATISFIED, field="occurred_at")]
    repaired_how: Annotated[str | None, First(REPAIRED, field="how")]
    repaired_at: Annotated[datetime | None, First(REPAIRED, field="occurred_at")]

    @staticmethod
    def widen(events: pl.DataFrame) -> pl.DataFrame:
        """Give each entry its own version, and each repair those of the entries that it puts right."""
        told = events.sort("occurred_at", "position").with_row_index("turn")
        entries = told.filter(pl.col("topic") == DISSATISFIED).with_columns(told_as="originator_version")
        opened = entries.select("originator_id", "rating_id", "told_as", entered="turn")
        repairs = told.filter(pl.col("topic") == REPAIRED)
        named = _of_a_rating(repairs, opened).select(entries.columns)
        unnamed = _of_the_first_open(repairs, opened, named).select(entries.columns)
        return pl.concat([entries, named, unnamed]).drop("turn")


def _of_a_rating(repairs: pl.DataFrame, opened: pl.DataFrame) -> pl.DataFrame:
    met = repairs.join(opened, on=["originator_id", "rating_id"])
    return met.filter(pl.col("entered") < pl.col("turn"))


def _of_the_first_open(repairs: pl.DataFrame, opened: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """Round by round the next repair of each stream takes the first entry that is still open by then."""
    unnamed = repairs.filter(pl.col("rating_id").is_null()).with_columns(
        round=pl.int_range(pl.len()).over("originator_id")
    )
    closed = named.group_by("originator_id", "told_as").agg(closed=pl.col("turn").min())
    entries = opened.drop("rating_id").join(closed, on=["originator_id", "told_as"], how="left")
    taken = []
    for number in range(unnamed["round"].n_unique()):
        met = unnamed.filter(pl.col("round") == number).join(entries, on="originator_id")
        is_open = (pl.col("entered") < pl.col("turn")) & (pl.col("closed") > pl.col("turn")).fill_null(
            value=True
        )
        first = met.filter(is_open).sort("entered").unique("originator_id", keep="first", maintain_order=True)
        entries = entries.join(first, on=["originator_id", "told_as"], how="anti")
        taken.append(first.drop("round", "entered", "closed"))
    return pl.concat(taken) if taken else repairs.head(0).with_columns(told_as=pl.lit(None, pl.Int64))
