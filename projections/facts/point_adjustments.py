"""One row per expiry, reversal and refund of points as told: what takes points away or gives them back."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import polars as pl

from projections.facts.member_enrolments import ENROLLED, with_enrolment
from projections.facts.row import First, Key, Row

KINDS = {
    "member.points_expired": "expired",
    "member.points_reversed": "reversed",
    "member.points_refunded": "refunded",
}
TOLD = tuple(KINDS)


class PointAdjustment(Row, stream="member", name="point_adjustments", version=2):
    """`kind` is expired, reversed or refunded; the programme is the enrolment's.

    A reversal takes points out of `lot_id` to undo the earning of the lot `of`, as a rule the same.
    """

    WHOLE_STREAM = True
    WIDEN_FIELDS = ("programme", "customer_id", "unit")
    INDEXES = (("adjusted_at",),)

    member: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    kind: Annotated[str | None, First(KINDS)]
    """expired, reversed (an earning was undone) or refunded (a redemption was undone)."""
    points: Annotated[Decimal | None, First(*TOLD)]
    """How many points."""
    lot_id: Annotated[str | None, First(*TOLD)]
    of: Annotated[str | None, First("member.points_reversed")]
    """Of a reversal: the lot whose earning was undone, as a rule the same."""
    redemption_id: Annotated[str | None, First("member.points_refunded")]
    """Of a refund: the redemption that was undone."""
    programme: Annotated[str | None, First(ENROLLED, *TOLD)]
    customer_id: Annotated[str | None, First(ENROLLED, *TOLD)]
    unit: Annotated[str | None, First(ENROLLED, *TOLD)]
    tier: Annotated[str | None, First(*TOLD)]
    campaign_id: Annotated[str | None, First(*TOLD)]
    adjusted_at: Annotated[datetime | None, First(*TOLD, field="occurred_at")]
    """When it happened."""

    @staticmethod
    def widen(events: pl.DataFrame) -> pl.DataFrame:
        """Give every such event of whole streams what the enrolment says."""
        return with_enrolment(events.filter(pl.col("topic").is_in(TOLD)), events)
