"""One row per appeal against an attribution: who asked, what arbitration said, and how long that took.

A ruling is told by its appeal, the time between them needs both, and what the complaint was about its
filing: rows are folded from whole streams. A regulator rules on the complaint, not on an appeal.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar

import polars as pl

from projections.facts.complaint_streams import filings, laid_to, since
from projections.facts.row import First, Key, Last, Row

APPEALED, ARBITRATED = "complaint.appealed", "complaint.arbitrated"
APPEAL = ["originator_id", "appeal_id"]


class ComplaintAppeal(Row, stream="complaint", name="complaint_appeals", version=1):
    """`appeal_id` is empty for a ruling that names none; one whose appeal nobody told has no duration."""

    WHOLE_STREAM = True
    WIDEN_FIELDS = ("by",)
    WIDENED: ClassVar[Mapping[str, pl.DataType]] = {"since_appealed_ms": pl.Int64()}
    INDEXES = (("arbitrated_at",),)

    complaint: Annotated[str, Key()]
    appeal_id: Annotated[str, Key("appeal_id")]
    """The appeal, by the source's number; '' of a ruling that names none."""
    attribution_id: Annotated[str | None, First(APPEALED)]
    appellant: Annotated[str | None, First(APPEALED, field="by")]
    """Who asked for the change."""
    appealed_at: Annotated[datetime | None, First(APPEALED, field="occurred_at")]
    outcome: Annotated[str | None, Last(ARBITRATED)]
    """What arbitration decided last, such as overturned or upheld; null before."""
    arbitrated_at: Annotated[datetime | None, Last(ARBITRATED, field="occurred_at")]
    appeal_ms: Annotated[int | None, Last(ARBITRATED, field="since_appealed_ms")]
    """From the appeal to its ruling, in milliseconds; null before, and where nobody told the appeal."""
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
        """Give each ruling its distance from the appeal, and the filing to every appeal of its stream."""
        is_ruling = (pl.col("topic") == ARBITRATED) & (pl.col("by") == "arbitration")
        own = events.filter((pl.col("topic") == APPEALED) | is_ruling.fill_null(value=False)).with_columns(
            pl.col("appeal_id").fill_null("")
        )
        filed = laid_to(filings(events), own.select(APPEAL).unique(), keys=["appeal_id"])
        return pl.concat([_timed(own), filed], how="diagonal").select(*events.columns, "since_appealed_ms")


def _timed(own: pl.DataFrame) -> pl.DataFrame:
    appealed = own.filter(pl.col("topic") == APPEALED).group_by(APPEAL).agg(began=pl.col("occurred_at").min())
    is_ruling = pl.col("topic") == ARBITRATED
    return (
        own.join(appealed, on=APPEAL, how="left")
        .with_columns(since_appealed_ms=pl.when(is_ruling).then(since("began")))
        .drop("began")
    )
