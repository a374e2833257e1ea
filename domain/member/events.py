"""What can happen to one membership: the events of the stream `member`."""

from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event, Time


class MemberEnrolled(Event, frozen=True, kw_only=True):
    """A membership in a programme began, in a tier, which the envelope carries and here must name."""

    TOPIC: ClassVar[str] = "member.enrolled"

    programme: str
    tier: str


class MemberPointsEarned(Event, frozen=True, kw_only=True):
    """Points were earned into a lot: pending until available_at, gone at the end of the day of expires_at."""

    TOPIC: ClassVar[str] = "member.points_earned"

    lot_id: str
    points: Decimal
    available_at: Time | None = None
    expires_at: Time | None = None
    reason: str
    partner_id: str | None = None


class MemberPointsRedeemed(Event, frozen=True, kw_only=True):
    """Points were spent at a venue: club, merchant, gift, top_up."""

    TOPIC: ClassVar[str] = "member.points_redeemed"

    redemption_id: str
    points: Decimal
    venue: str
    partner_id: str | None = None
    item: str | None = None
    settlement_amount: Decimal | None = None


class MemberPointsDrawn(Event, frozen=True, kw_only=True):
    """A redemption took points from a lot; a redemption without any such event gets derived draws."""

    TOPIC: ClassVar[str] = "member.points_drawn"

    redemption_id: str
    lot_id: str
    points: Decimal


class MemberPointsExpired(Event, frozen=True, kw_only=True):
    """What was left of a lot expired."""

    TOPIC: ClassVar[str] = "member.points_expired"

    lot_id: str
    points: Decimal


class MemberPointsReversed(Event, frozen=True, kw_only=True):
    """An earning (`of`, the lot it was earned into) was undone by taking points from a lot.

    The two differ where the earned points were spent already and others, or the overdraft lot, make up.
    """

    TOPIC: ClassVar[str] = "member.points_reversed"

    lot_id: str
    of: str
    points: Decimal


class MemberPointsRefunded(Event, frozen=True, kw_only=True):
    """A redemption was undone, in whole or part: points came back to a lot that it drew on."""

    TOPIC: ClassVar[str] = "member.points_refunded"

    redemption_id: str
    lot_id: str
    points: Decimal


class MemberTierChanged(Event, frozen=True, kw_only=True):
    """The member moved to another tier, to be kept until a moment where one is named."""

    TOPIC: ClassVar[str] = "member.tier_changed"

    from_tier: str
    to_tier: str
    reason: str
    until: Time | None = None


class MemberTierExtended(Event, frozen=True, kw_only=True):
    """The member keeps the tier until a later moment."""

    TOPIC: ClassVar[str] = "member.tier_extended"

    until: Time


class MemberEntitled(Event, frozen=True, kw_only=True):
    """The member may use something free of charge so many times until a moment."""

    TOPIC: ClassVar[str] = "member.entitled"

    kind: str
    quantity: int
    until: Time


class MemberClubVisited(Event, frozen=True, kw_only=True):
    """The member, with so many guests, visited a club; settled_by: entitlement, points or paid."""

    TOPIC: ClassVar[str] = "member.club_visited"

    partner_id: str
    kind: str
    guests: int
    settled_by: str
    settlement_amount: Decimal | None = None


class MemberClosed(Event, frozen=True, kw_only=True):
    """The membership ended."""

    TOPIC: ClassVar[str] = "member.closed"
