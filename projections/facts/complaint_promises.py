"""One row per promise of a solution: when it was due, and when a solution was put to the customer after it.

Which solution answers a promise depends on other events of the stream, so rows are folded from whole streams.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar

import polars as pl

from projections.facts.complaint_streams import filings, laid_to
from projections.facts.row import First, Key, Row

PROMISED = "complaint.promised"
KEY = "promise_version"


class ComplaintPromise(Row, stream="complaint", name="complaint_promises", version=1):
    """`resolved_at` is the first solution at or after the promise, whenever it was due."""

    WHOLE_STREAM = True
    WIDENED: ClassVar[Mapping[str, pl.DataType]] = {KEY: pl.Int64()}
    INDEXES = (("solution_due_at",),)

    complaint: Annotated[str, Key()]
    version: Annotated[int, Key(KEY)]
    promised_at: Annotated[datetime | None, First(PROMISED, field="occurred_at")]
    """When a solution was promised."""
    solution_due_at: Annotated[datetime | None, First(PROMISED)]
    """By when it was promised."""
    resolved_at: Annotated[datetime | None, First("complaint.resolved", field="occurred_at")]
    """When a solution was first put to the customer after it; null before."""
    agent_id: Annotated[str | None, First(PROMISED)]
    """Who promised it, as an id without `agent-`; null where nobody is named."""
    kind: Annotated[str | None, First("complaint.filed")]
    channel: Annotated[str | None, First("complaint.filed")]
    category: Annotated[str | None, First("complaint.filed")]
    line: Annotated[str | None, First("complaint.filed")]
    product: Annotated[str | None, First("complaint.filed")]
    unit: Annotated[str | None, First("complaint.filed")]
    tier: Annotated[str | None, First("complaint.filed")]
    customer_id: Annotated[str | None, First("complaint.filed")]
    filed_at: Annotated[datetime | None, First("complaint.filed", field="occurred_at")]

    @staticmethod
    def widen(events: pl.DataFrame) -> pl.DataFrame:
        """Give the filing to every promise of its stream, and a solution to those made by then."""
        own = events.filter(pl.col("topic") == PROMISED).with_columns(pl.col("originator_version").alias(KEY))
        promises = own.select("originator_id", KEY, pl.col("occurred_at").alias("began"))
        solutions = laid_to(
            events.filter(pl.col("topic") == "complaint.resolved"), promises, keys=[KEY, "began"]
        ).filter(pl.col("occurred_at") >= pl.col("began"))
        filed = laid_to(filings(events), promises, keys=[KEY])
        return pl.concat([own, solutions.drop("began"), filed], how="diagonal").select(*events.columns, KEY)
