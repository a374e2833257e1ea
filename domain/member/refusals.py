"""Every way in which a command on a membership is refused."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.errors import DomainError


@dataclass(kw_only=True)
class MemberNotEnrolled(DomainError):
    """Nothing happens to a membership before it is enrolled."""

    originator_id: str


@dataclass(kw_only=True)
class MemberEnrolledOtherwise(DomainError):
    """The member is enrolled already, with other content."""

    originator_id: str
    programme: str
    tier: str


@dataclass(kw_only=True)
class MemberIsClosed(DomainError):
    """Nothing more is told of a membership that ended."""

    originator_id: str


@dataclass(kw_only=True)
class ClosedBeforeItsLastEvent(DomainError):
    """A membership ends after everything that happened in it."""

    originator_id: str
    occurred_at: datetime
    last_event_at: datetime


@dataclass(kw_only=True)
class PointsNotPositive(DomainError):
    """Points are earned, spent, refunded and reversed in amounts above zero."""

    originator_id: str
    points: Decimal


@dataclass(kw_only=True)
class AmountBelowZero(DomainError):
    """An activity earns points for zero or more of what the programme counts."""

    originator_id: str
    activity: str
    amount: Decimal


@dataclass(kw_only=True)
class LotIdIsReserved(DomainError):
    """The overdraft lot is not earned into."""

    originator_id: str
    lot_id: str


@dataclass(kw_only=True)
class LotEarnedOtherwise(DomainError):
    """The lot was earned already, with other content."""

    originator_id: str
    lot_id: str


@dataclass(kw_only=True)
class LotExpiresTooSoon(DomainError):
    """Points do not expire before they were earned or may be spent."""

    originator_id: str
    lot_id: str
    available_at: datetime
    expires_at: datetime


@dataclass(kw_only=True)
class NotEnoughPoints(DomainError):
    """Nobody spends more points than are available, unless the programme allows an overdraft."""

    originator_id: str
    points: Decimal
    available: Decimal
    pending: Decimal
    owed: Decimal


@dataclass(kw_only=True)
class RedemptionToldOtherwise(DomainError):
    """The redemption was told already, with other content."""

    originator_id: str
    redemption_id: str


@dataclass(kw_only=True)
class NoSuchRedemption(DomainError):
    """Only a redemption that was told is drawn or refunded."""

    originator_id: str
    redemption_id: str


@dataclass(kw_only=True)
class RefundExceedsRedemption(DomainError):
    """No more comes back than a redemption drew, of a lot or in all, and was not refunded yet."""

    originator_id: str
    redemption_id: str
    lot_id: str | None
    points: Decimal
    redeemed: Decimal
    refunded: Decimal
    left: Decimal


@dataclass(kw_only=True)
class DrawsExceedRedemption(DomainError):
    """A redemption draws no more than it redeemed."""

    originator_id: str
    redemption_id: str
    points: Decimal
    redeemed: Decimal
    told: Decimal


@dataclass(kw_only=True)
class LotCannotGive(DomainError):
    """A redemption draws only what a lot, known and available, held at its moment."""

    originator_id: str
    redemption_id: str
    lot_id: str
    points: Decimal


@dataclass(kw_only=True)
class NoSuchLot(DomainError):
    """Only an earning that was told is reversed."""

    originator_id: str
    of: str


@dataclass(kw_only=True)
class ReversalExceedsEarning(DomainError):
    """No more is reversed than was earned and neither reversed nor expired since."""

    originator_id: str
    of: str
    points: Decimal
    earned: Decimal
    reversed: Decimal
    expired: Decimal


@dataclass(kw_only=True)
class ReversedPointsAreSpent(DomainError):
    """Earned points that were spent are reversed out of other lots, or where an overdraft is allowed."""

    originator_id: str
    of: str
    points: Decimal
    drawn: Decimal
    held: Decimal
    available: Decimal


@dataclass(kw_only=True)
class UndoneBeforeItHappened(DomainError):
    """Nothing is undone before it happened."""

    originator_id: str
    what: str
    happened_at: datetime
    occurred_at: datetime


@dataclass(kw_only=True)
class ReasonIsReserved(DomainError):
    """What points bring about is told by itself; a tier given by hand has a reason of its own."""

    originator_id: str
    reason: str


@dataclass(kw_only=True)
class EndsInThePast(DomainError):
    """A tier or an entitlement is given until a later moment."""

    originator_id: str
    until: datetime
    occurred_at: datetime


@dataclass(kw_only=True)
class NotAnExtension(DomainError):
    """A tier that ends is extended until later than it ends; one without an end is not extended."""

    originator_id: str
    tier: str | None
    until: datetime
    ends: datetime | None


@dataclass(kw_only=True)
class NothingToEntitleTo(DomainError):
    """An entitlement is one use or more."""

    originator_id: str
    kind: str
    quantity: int


@dataclass(kw_only=True)
class NotEntitled(DomainError):
    """A visit uses an entitlement of its kind that has not ended, once for the member and every guest."""

    originator_id: str
    kind: str
    needed: int
    left: int


@dataclass(kw_only=True)
class FewerThanNoGuests(DomainError):
    """A visit has no guests or more."""

    originator_id: str
    guests: int


@dataclass(kw_only=True)
class VisitSettledOtherwise(DomainError):
    """A visit names a redemption and its points if points settle it, and only then."""

    originator_id: str
    settled_by: str
    redemption_id: str | None
    points: Decimal | None
