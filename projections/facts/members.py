"""One row per membership: its programme and tier, what was earned and spent in all, whether it still runs."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import First, Key, Last, Row, Sum

MOVED = ("member.tier_changed",)


class Member(Row, stream="member", name="members", version=2):
    """A membership; its tier is `moved_to`, else `enrolled_tier`; points as told, no draw is derived here."""

    INDEXES = (("customer_id",), ("enrolled_at", "member"), ("last_position",))

    member: Annotated[str, Key()]
    programme: Annotated[str | None, First("member.enrolled")]
    customer_id: Annotated[str | None, First("member.enrolled")]
    unit: Annotated[str | None, First("member.enrolled")]
    source: Annotated[str | None, First("member.enrolled")]
    enrolled_tier: Annotated[str | None, First("member.enrolled", field="tier")]
    campaign_id: Annotated[str | None, First("member.enrolled")]
    enrolled_at: Annotated[datetime | None, First("member.enrolled", field="occurred_at")]
    moved_to: Annotated[str | None, Last(*MOVED, field="to_tier")]
    moved_for: Annotated[str | None, Last(*MOVED, field="reason")]
    moved_at: Annotated[datetime | None, Last(*MOVED, field="occurred_at")]
    tier_moves: Annotated[int | None, Sum({"member.tier_changed": 1})]
    tier_until: Annotated[datetime | None, Last(*MOVED, "member.tier_extended", field="until")]
    points_earned: Annotated[Decimal | None, Sum("member.points_earned", field="points")]
    points_reversed: Annotated[Decimal | None, Sum("member.points_reversed", field="points")]
    points_redeemed: Annotated[Decimal | None, Sum("member.points_redeemed", field="points")]
    points_refunded: Annotated[Decimal | None, Sum("member.points_refunded", field="points")]
    points_expired: Annotated[Decimal | None, Sum("member.points_expired", field="points")]
    points_drawn: Annotated[Decimal | None, Sum("member.points_drawn", field="points")]
    redemptions: Annotated[int | None, Sum({"member.points_redeemed": 1})]
    first_redeemed_at: Annotated[datetime | None, First("member.points_redeemed", field="occurred_at")]
    last_redeemed_at: Annotated[datetime | None, Last("member.points_redeemed", field="occurred_at")]
    entitlements: Annotated[int | None, Sum("member.entitled", field="quantity")]
    club_visits: Annotated[int | None, Sum({"member.club_visited": 1})]
    closed_at: Annotated[
        datetime | None, Last("member.closed", field="occurred_at", cleared_by=("member.enrolled",))
    ]
