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
    """The tier at enrolment."""
    campaign_id: Annotated[str | None, First("member.enrolled")]
    enrolled_at: Annotated[datetime | None, First("member.enrolled", field="occurred_at")]
    moved_to: Annotated[str | None, Last(*MOVED, field="to_tier")]
    """The tier after the last move; null if there was none: it is the enrolled tier."""
    moved_for: Annotated[str | None, Last(*MOVED, field="reason")]
    """Why the last move was made, a code; null if there was none."""
    moved_at: Annotated[datetime | None, Last(*MOVED, field="occurred_at")]
    """When the last move was made; null if there was none."""
    tier_moves: Annotated[int | None, Sum({"member.tier_changed": 1})]
    """How often the tier moved; null if never."""
    tier_until: Annotated[datetime | None, Last(*MOVED, "member.tier_extended", field="until")]
    """Until when the tier is kept, as told last; null: open."""
    points_earned: Annotated[Decimal | None, Sum("member.points_earned", field="points")]
    """Points earned, as told; null if none."""
    points_reversed: Annotated[Decimal | None, Sum("member.points_reversed", field="points")]
    """Points taken back of earnings, as told; null if none."""
    points_redeemed: Annotated[Decimal | None, Sum("member.points_redeemed", field="points")]
    """Points redeemed, as told; null if none."""
    points_refunded: Annotated[Decimal | None, Sum("member.points_refunded", field="points")]
    """Points that came back of redemptions, as told; null if none."""
    points_expired: Annotated[Decimal | None, Sum("member.points_expired", field="points")]
    """Points expired, as told; null if none."""
    points_drawn: Annotated[Decimal | None, Sum("member.points_drawn", field="points")]
    """Points drawn from lots, where the source tells draws; null if it tells none."""
    redemptions: Annotated[int | None, Sum({"member.points_redeemed": 1})]
    """How often points were redeemed; null if never."""
    first_redeemed_at: Annotated[datetime | None, First("member.points_redeemed", field="occurred_at")]
    last_redeemed_at: Annotated[datetime | None, Last("member.points_redeemed", field="occurred_at")]
    entitlements: Annotated[int | None, Sum("member.entitled", field="quantity")]
    """Free uses granted in all; null if none."""
    club_visits: Annotated[int | None, Sum({"member.club_visited": 1})]
    """How often the member visited a club; null if never."""
    closed_at: Annotated[
        datetime | None, Last("member.closed", field="occurred_at", cleared_by=("member.enrolled",))
    ]
    """When the membership ended; null while it runs, and since it was enrolled again."""
