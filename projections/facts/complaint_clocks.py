"""One row per complaint: how long it took until the first reply and until it was closed.

Durations are differences of the complaint's own times, so rows are folded from whole streams.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar

import polars as pl

from projections.facts.complaint_streams import filings, since
from projections.facts.row import First, Key, Last, Row

REOPENED = ("complaint.reopened",)


class ComplaintClock(Row, stream="complaint", name="complaint_clocks", version=1):
    """Milliseconds from filing; `reopened` clears what `closed` sets, null where nobody told the filing."""

    WHOLE_STREAM = True
    WIDENED: ClassVar[Mapping[str, pl.DataType]] = {"since_filed_ms": pl.Int64()}
    INDEXES = (("closed_at",), ("first_replied_at",))

    complaint: Annotated[str, Key()]
    kind: Annotated[str | None, First("complaint.filed")]
    channel: Annotated[str | None, First("complaint.filed")]
    category: Annotated[str | None, First("complaint.filed")]
    subcategory: Annotated[str | None, First("complaint.filed")]
    line: Annotated[str | None, First("complaint.filed")]
    product: Annotated[str | None, First("complaint.filed")]
    unit: Annotated[str | None, First("complaint.filed")]
    tier: Annotated[str | None, First("complaint.filed")]
    agent_id: Annotated[str | None, First("complaint.filed")]
    customer_id: Annotated[str | None, First("complaint.filed")]
    filed_at: Annotated[datetime | None, First("complaint.filed", field="occurred_at")]
    severity: Annotated[str | None, Last("complaint.reclassified")]
    first_replied_at: Annotated[datetime | None, First("complaint.replied", field="occurred_at")]
    first_reply_ms: Annotated[int | None, First("complaint.replied", field="since_filed_ms")]
    """From filing to the first answer, in milliseconds; null before, or where nobody told the filing."""
    closed_at: Annotated[datetime | None, Last("complaint.closed", field="occurred_at", cleared_by=REOPENED)]
    """When it was closed last; null while it is open, or open again."""
    closing_ms: Annotated[int | None, Last("complaint.closed", field="since_filed_ms", cleared_by=REOPENED)]
    """From filing to closing, in milliseconds; null while it is open, or open again."""

    @staticmethod
    def widen(events: pl.DataFrame) -> pl.DataFrame:
        """Say of each event of whole streams how long after the filing it happened."""
        filed = filings(events).select("originator_id", pl.col("occurred_at").alias("filed_at"))
        return (
            events.join(filed, on="originator_id", how="left")
            .with_columns(since_filed_ms=since("filed_at"))
            .drop("filed_at")
        )
