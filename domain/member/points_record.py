"""All of a member's points that any qualification may count: the balance, and what was earned when."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from domain.envelope import Event
from domain.member.events import (
    MemberEnrolled,
    MemberPointsEarned,
    MemberPointsExpired,
    MemberPointsRedeemed,
    MemberPointsRefunded,
    MemberPointsReversed,
)
from domain.member.lots import ZERO


@dataclass(kw_only=True)
class CountedLot:
    """Points earned for a reason at a moment, less what was reversed of them."""

    lot_id: str
    earned_at: datetime
    reason: str
    points: Decimal


@dataclass(kw_only=True)
class PointsRecord:
    """All of a member's points that any qualification may count."""

    enrolled_at: datetime | None = None
    balance: Decimal = ZERO
    lots: dict[str, CountedLot] = field(default_factory=dict)

    def post(self, event: Event) -> tuple[CountedLot | None, Decimal]:
        """Enter an event; answers the lot whose earned points it changes, and by how much."""
        if isinstance(event, MemberPointsEarned):
            self.balance += event.points
            return self._lot(event), self._change(event.lot_id, event.points)
        if isinstance(event, MemberPointsReversed):
            self.balance -= event.points
            return self.lots.get(event.of), self._change(event.of, -event.points)
        if isinstance(event, MemberPointsRedeemed | MemberPointsExpired):
            self.balance -= event.points
        elif isinstance(event, MemberPointsRefunded):
            self.balance += event.points
        elif isinstance(event, MemberEnrolled):
            self.enrolled_at = self.enrolled_at or event.occurred_at
        return None, ZERO

    def _lot(self, event: MemberPointsEarned) -> CountedLot:
        lot = CountedLot(lot_id=event.lot_id, earned_at=event.occurred_at, reason=event.reason, points=ZERO)
        return self.lots.setdefault(event.lot_id, lot)

    def _change(self, lot_id: str, points: Decimal) -> Decimal:
        if lot_id in self.lots:
            self.lots[lot_id].points += points
        return points
