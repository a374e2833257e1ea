"""One row per beginning, change and end of a member's tier, so that any moment can be asked for it."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row

TIER_MOVES = ("member.enrolled", "member.tier_changed", "member.closed")


class MemberTier(Row, stream="member", name="member_tiers", version=2):
    """From `moved_at`: `tier` of an `enrolled` membership, `to_tier` of a `changed` one, none once `closed`.

    `tier` is what the event itself says; only the enrolment is sure to name the customer.
    """

    INDEXES = (("customer_id",),)

    member: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    customer_id: Annotated[str | None, First(*TIER_MOVES)]
    tier: Annotated[str | None, First(*TIER_MOVES)]
    from_tier: Annotated[str | None, First(*TIER_MOVES)]
    to_tier: Annotated[str | None, First(*TIER_MOVES)]
    reason: Annotated[str | None, First(*TIER_MOVES)]
    """Of a change: why, a code."""
    until: Annotated[datetime | None, First(*TIER_MOVES)]
    """Of a change: until when the tier is kept; null: open."""
    move: Annotated[
        str | None,
        First({"member.enrolled": "enrolled", "member.tier_changed": "changed", "member.closed": "closed"}),
    ]
    """enrolled, changed or closed."""
    moved_at: Annotated[datetime | None, First(*TIER_MOVES, field="occurred_at")]
    """When the membership began, moved or ended."""
