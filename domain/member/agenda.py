"""What time does to lots by itself: points lapse when they are due, and pending ones become available."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from heapq import heappop, heappush
from zoneinfo import ZoneInfo

from domain.member.lots import Lapse, Lot
from domain.member.terms import end_of_its_day

# At one moment points lapse before others become available.
LAPSES, BECOMES_AVAILABLE = 0, 1


class Agenda:
    """When which lot changes by itself; a plan that another has replaced is passed over."""

    def __init__(self) -> None:
        """Begin with nothing planned."""
        self._plans: list[tuple[datetime, int, int, Lot]] = []

    def plan_availability(self, lot: Lot, available_at: datetime) -> None:
        """Let a pending lot become available at a moment."""
        heappush(self._plans, (available_at, BECOMES_AVAILABLE, lot.order, lot))

    def plan_lapse(self, lot: Lot, *, now: datetime, zone: ZoneInfo) -> None:
        """Say when a lot's points lapse: not while pending, nor before the end of the day they came on."""
        if lot.expires_at is None:
            return
        latest = max(lot.expires_at, lot.available_at or lot.expires_at, now)
        lot.due_at = end_of_its_day(latest, zone=zone)
        heappush(self._plans, (lot.due_at, LAPSES, lot.order, lot))

    def moments(self, until: datetime) -> Iterator[datetime]:
        """Go through the moments, up to one, at which something is planned; each is kept in its turn."""
        while self._plans and self._plans[0][0] <= until:
            yield self._plans[0][0]

    def keep(self, moment: datetime) -> Iterator[Lot]:
        """Let everything planned for a moment happen; gives the lots that changed."""
        while self._plans and self._plans[0][0] == moment:
            _, what, _, lot = heappop(self._plans)
            if what == LAPSES and lot.due_at == moment and lot.held > 0:
                lot.lapses = (*lot.lapses, Lapse(due_at=moment, points=lot.held))
                yield lot
            if what == BECOMES_AVAILABLE and lot.available_at == moment:
                lot.is_pending = False
                yield lot


def less(lapses: tuple[Lapse, ...], points: Decimal) -> tuple[Lapse, ...]:
    """Take points off lapses, the first first."""
    left: list[Lapse] = []
    for lapse in lapses:
        taken = min(lapse.points, points)
        points -= taken
        if taken < lapse.points:
            left.append(Lapse(due_at=lapse.due_at, points=lapse.points - taken))
    return tuple(left)
