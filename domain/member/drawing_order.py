"""Which lot gives points next: those that can, in the order that the programme names."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from datetime import UTC, datetime

from domain.member.lots import Lot
from domain.organisation.programme import Draws

FOREVER = datetime.max.replace(tzinfo=UTC)

Place = tuple[datetime, int]


def place_of(lot: Lot, *, draws: Draws) -> Place:
    """Say where a lot stands: by its due moment or not, then in the order of earning."""
    due_at = lot.due_at if draws == "earliest_expiry" else None
    return (due_at or FOREVER, lot.order)


class DrawingOrder:
    """The lots that can give points, sorted; emptied ones are left out when they come first."""

    def __init__(self) -> None:
        """Begin with none."""
        self._draws: Draws = "earliest_expiry"
        self._places: list[Place] = []
        self._lots: dict[Place, Lot] = {}
        self._place_of: dict[int, Place] = {}

    def put(self, lot: Lot) -> None:
        """Put a lot where it belongs now, wherever it was."""
        place = place_of(lot, draws=self._draws)
        if self._place_of.get(lot.order) != place:
            self.take_out(lot)
            insort(self._places, place)
            self._lots[place] = lot
            self._place_of[lot.order] = place

    def take_out(self, lot: Lot) -> None:
        """Leave a lot out, if it is in."""
        place = self._place_of.pop(lot.order, None)
        if place is not None:
            del self._places[bisect_left(self._places, place)]
            del self._lots[place]

    def first(self) -> Lot | None:
        """Find the lot that gives next."""
        while self._places:
            lot = self._lots[self._places[0]]
            if lot.held > 0:
                return lot
            self.take_out(lot)
        return None

    def follow(self, draws: Draws) -> None:
        """Sort by another rule from now on."""
        if draws != self._draws:
            self._draws = draws
            for lot in list(self._lots.values()):
                self.put(lot)

    def __iter__(self) -> Iterator[Lot]:
        """Go through the lots that hold anything."""
        return (lot for place in self._places if (lot := self._lots[place]).held > 0)
