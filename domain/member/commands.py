"""What may be asked of one membership: the commands of the stream `member`."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event
from domain.member.events import (
    MemberClosed,
    MemberClubVisited,
    MemberEnrolled,
    MemberEntitled,
    MemberPointsDrawn,
    MemberPointsEarned,
    MemberPointsExpired,
    MemberPointsRedeemed,
    MemberPointsRefunded,
    MemberPointsReversed,
    MemberTierChanged,
    MemberTierExtended,
)
from domain.telling import Command


class EnrolMember(Command, frozen=True, kw_only=True):
    """Begin a membership in a programme; customer_id says whose it is."""

    EVENT: ClassVar[type[Event]] = MemberEnrolled

    programme: str
    tier: str


class EarnMemberPoints(Command, frozen=True, kw_only=True):
    """Credit points as a lot of their own.

    available_at, expires_at: by default as the programme says; points expire at the end of that day.
    """

    EVENT: ClassVar[type[Event]] = MemberPointsEarned

    lot_id: str
    points: Decimal
    available_at: datetime | None = None
    expires_at: datetime | None = None
    reason: str
    partner_id: str | None = None


class AccrueMemberPoints(Command, frozen=True, kw_only=True):
    """Credit what the programme gives for an activity (spend, a flight) of so much, as a lot of its own.

    campaign_id: the campaign under which it was done.
    """

    EVENT: ClassVar[type[Event]] = MemberPointsEarned

    lot_id: str
    activity: str
    amount: Decimal
    partner_id: str | None = None


class RedeemMemberPoints(Command, frozen=True, kw_only=True):
    """Spend points; the draws on lots are told with it."""

    EVENT: ClassVar[type[Event]] = MemberPointsRedeemed

    redemption_id: str
    points: Decimal
    venue: str
    partner_id: str | None = None
    item: str | None = None
    settlement_amount: Decimal | None = None


class DrawMemberPoints(Command, frozen=True, kw_only=True):
    """Say from which lot an imported redemption took points, by default at its own moment."""

    EVENT: ClassVar[type[Event]] = MemberPointsDrawn

    redemption_id: str
    lot_id: str
    points: Decimal


class RefundMemberPoints(Command, frozen=True, kw_only=True):
    """Undo a redemption: all that is left of it, or so many points; of one lot, or the last drawn first."""

    EVENT: ClassVar[type[Event]] = MemberPointsRefunded

    redemption_id: str
    points: Decimal | None = None
    lot_id: str | None = None


class ReverseMemberPoints(Command, frozen=True, kw_only=True):
    """Undo an earning (`of`, the lot it was earned into): all that is left of it, or so many points."""

    EVENT: ClassVar[type[Event]] = MemberPointsReversed

    of: str
    points: Decimal | None = None


class ChangeMemberTier(Command, frozen=True, kw_only=True):
    """Give the member a tier by hand, until a moment where one is named."""

    EVENT: ClassVar[type[Event]] = MemberTierChanged

    to_tier: str
    reason: str
    until: datetime | None = None


class ExtendMemberTier(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = MemberTierExtended

    until: datetime


class EntitleMember(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = MemberEntitled

    kind: str
    quantity: int
    until: datetime


class VisitClub(Command, frozen=True, kw_only=True):
    """Tell a visit of the member and so many guests.

    settled_by: entitlement (a use each of the kind, for the member and every guest), points, or paid.
    redemption_id, points: what the visit costs, where points settle it.
    """

    EVENT: ClassVar[type[Event]] = MemberClubVisited

    partner_id: str
    kind: str
    guests: int = 0
    settled_by: str
    settlement_amount: Decimal | None = None
    redemption_id: str | None = None
    points: Decimal | None = None


class CloseMember(Command, frozen=True, kw_only=True):
    """End the membership: its points expire with it, and pending ones are taken back."""

    EVENT: ClassVar[type[Event]] = MemberClosed


class SettleDueMember(Command, frozen=True, kw_only=True):
    """Tell what fell due, each at its due moment: what a scheduled job asks for."""

    EVENT: ClassVar[type[Event]] = MemberPointsExpired
