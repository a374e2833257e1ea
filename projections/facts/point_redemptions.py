"""One row per redemption: the points spent, where and on what, what a partner is owed, and what came back."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import polars as pl

from projections.facts.member_enrolments import ENROLLED, with_enrolment
from projections.facts.row import First, Key, Row, Sum

REDEEMED, REFUNDED = "member.points_redeemed", "member.points_refunded"


class PointRedemption(Row, stream="member", name="point_redemptions", version=1):
    """Points as told; the programme is the enrolment's, as are customer and unit where the event has none."""

    WHOLE_STREAM = True
    WIDEN_FIELDS = ("programme", "customer_id", "unit")
    INDEXES = (("redeemed_at",), ("customer_id",))

    member: Annotated[str, Key()]
    redemption_id: Annotated[str, Key("redemption_id")]
    points: Annotated[Decimal | None, Sum(REDEEMED)]
    """The points redeemed."""
    refunded: Annotated[Decimal | None, Sum(REFUNDED, field="points")]
    venue: Annotated[str | None, First(REDEEMED)]
    partner_id: Annotated[str | None, First(REDEEMED)]
    item: Annotated[str | None, First(REDEEMED)]
    """What they were spent on, as the source names it."""
    settlement_amount: Annotated[Decimal | None, Sum(REDEEMED)]
    """What the partner is owed for it; null where nothing is."""
    programme: Annotated[str | None, First(ENROLLED, REDEEMED)]
    customer_id: Annotated[str | None, First(ENROLLED, REDEEMED)]
    unit: Annotated[str | None, First(ENROLLED, REDEEMED)]
    tier: Annotated[str | None, First(REDEEMED)]
    agent_id: Annotated[str | None, First(REDEEMED)]
    campaign_id: Annotated[str | None, First(REDEEMED)]
    redeemed_at: Annotated[datetime | None, First(REDEEMED, field="occurred_at")]
    """When they were redeemed."""

    @staticmethod
    def widen(events: pl.DataFrame) -> pl.DataFrame:
        """Give every redemption and refund of whole streams what the enrolment says."""
        return with_enrolment(events.filter(pl.col("topic").is_in([REDEEMED, REFUNDED])), events)
