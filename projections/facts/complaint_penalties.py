"""One row per penalty that was imposed for a complaint, enforced or not.

It is imposed on whom the complaint was about, which its filing says: rows are folded from whole streams.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar

import polars as pl

from projections.facts.complaint_streams import filings, laid_to
from projections.facts.row import First, Key, Row

IMPOSED = "complaint.penalty_imposed"
KEY = "penalty_version"


class ComplaintPenalty(Row, stream="complaint", name="complaint_penalties", version=1):
    """`unit` is the unit complained of, as filed; `agent` who was penalised, where it was a person."""

    WHOLE_STREAM = True
    WIDENED: ClassVar[Mapping[str, pl.DataType]] = {KEY: pl.Int64()}
    INDEXES = (("imposed_at",),)

    complaint: Annotated[str, Key()]
    version: Annotated[int, Key(KEY)]
    amount: Annotated[Decimal | None, First(IMPOSED)]
    """How much."""
    enforced: Annotated[bool | None, First(IMPOSED)]
    """Whether it was enforced."""
    agent: Annotated[str | None, First(IMPOSED)]
    """The person penalised, as the source names them; null where it was a unit."""
    imposed_at: Annotated[datetime | None, First(IMPOSED, field="occurred_at")]
    """When it was imposed."""
    kind: Annotated[str | None, First("complaint.filed")]
    channel: Annotated[str | None, First("complaint.filed")]
    category: Annotated[str | None, First("complaint.filed")]
    line: Annotated[str | None, First("complaint.filed")]
    product: Annotated[str | None, First("complaint.filed")]
    unit: Annotated[str | None, First("complaint.filed", IMPOSED, present=True)]
    tier: Annotated[str | None, First("complaint.filed")]
    customer_id: Annotated[str | None, First("complaint.filed")]
    filed_at: Annotated[datetime | None, First("complaint.filed", field="occurred_at")]

    @staticmethod
    def widen(events: pl.DataFrame) -> pl.DataFrame:
        """Give the filing to every penalty of its stream."""
        own = events.filter(pl.col("topic") == IMPOSED).with_columns(pl.col("originator_version").alias(KEY))
        filed = laid_to(filings(events), own, keys=[KEY])
        return pl.concat([own, filed], how="diagonal").select(*events.columns, KEY)
