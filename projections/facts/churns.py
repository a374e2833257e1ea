"""One row per time that a customer left, with their coming back after it.

Which leaving a return ends is told by the order of both, so rows are folded from whole streams.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar

import polars as pl

from projections.facts.row import First, Key, Row

CHURNED = "customer.churned"
WON_BACK = "customer.won_back"


class Churn(Row, stream="customer", name="churns", version=1):
    """A leaving, by the version of its event; `won_back_at` is the first return after it."""

    WHOLE_STREAM = True
    WIDENED: ClassVar[Mapping[str, pl.DataType]] = {"churned_as": pl.Int64()}
    INDEXES = (("churned_at",),)

    customer: Annotated[str, Key()]
    version: Annotated[int, Key("churned_as")]
    churned_at: Annotated[datetime | None, First(CHURNED, field="occurred_at")]
    """When the customer left."""
    reason: Annotated[str | None, First(CHURNED)]
    """Why, a code; null where nobody knows."""
    to_competitor: Annotated[bool | None, First(CHURNED)]
    unit: Annotated[str | None, First(CHURNED)]
    tier: Annotated[str | None, First(CHURNED)]
    won_back_at: Annotated[datetime | None, First(WON_BACK, field="occurred_at")]
    """When the customer first came back after it; null if never."""

    @staticmethod
    def widen(events: pl.DataFrame) -> pl.DataFrame:
        """Give each leaving its own version, and each return that of every leaving before it."""
        told = events.sort("occurred_at", "position").with_row_index("turn")
        churned = told.filter(pl.col("topic") == CHURNED).with_columns(churned_as="originator_version")
        before = churned.select("originator_id", "churned_as", left="turn")
        returned = told.filter(pl.col("topic") == WON_BACK).join(before, on="originator_id")
        after = returned.filter(pl.col("turn") > pl.col("left")).select(churned.columns)
        return pl.concat([churned, after]).drop("turn")
