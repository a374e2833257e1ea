"""What every row below a claim says of its claim, taken from the report whoever told the row's own events.

A payment is asked by line or by customer class, and only the report has told them: rows below a claim are
folded from whole streams, in which the report touches each of them.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import polars as pl

from projections.facts.row import First, Key

REPORTED = "claim.reported"
STEP = "step"
"""The number of a row's own event in its stream, on that event and on the report as it touches the row."""


class OfClaim:
    """The claim, and what its report says; `unit`, `customer_id` and `tier` are those of the report too."""

    WHOLE_STREAM: ClassVar[bool] = True

    claim: Annotated[str, Key()]
    line: Annotated[str | None, First(REPORTED)]
    channel: Annotated[str | None, First(REPORTED)]
    cause: Annotated[str | None, First(REPORTED)]
    product: Annotated[str | None, First(REPORTED)]
    customer_class: Annotated[str | None, First(REPORTED)]
    event_code: Annotated[str | None, First(REPORTED)]
    unit: Annotated[str | None, First(REPORTED)]
    customer_id: Annotated[str | None, First(REPORTED)]
    tier: Annotated[str | None, First(REPORTED)]


class StepOfClaim(OfClaim):
    """One row per event of a topic: a step of the claim, with its own day and amount."""

    WIDENED: ClassVar[Mapping[str, pl.DataType]] = {STEP: pl.Int64()}
    STEPS: ClassVar[str]

    version: Annotated[int, Key(STEP)]

    @classmethod
    def widen(cls, events: pl.DataFrame) -> pl.DataFrame:
        """Number each step by its place in its stream, and let the report touch them all."""
        own = events.filter(topic=cls.STEPS).with_columns(pl.col("originator_version").alias(STEP))
        return with_report(own, events, key=STEP)


def with_report(own: pl.DataFrame, events: pl.DataFrame, *, key: str) -> pl.DataFrame:
    """The rows' own events, and for each row, which `key` names within its claim, the claim's report."""
    rows = own.select("originator_id", key).unique()
    reports = events.filter(topic=REPORTED).drop(key, strict=False).join(rows, on="originator_id")
    return pl.concat([own, reports.select(own.columns)])
