"""What no lot gave yet: points drawn or reversed that the overdraft lot stands in for, in order."""

from collections import deque
from decimal import Decimal
from typing import Literal

import msgspec

Side = Literal["drawn", "reversed"]


class Unbacked(msgspec.Struct):
    """Points drawn by a redemption, or reversed of an earning, that no lot gave yet."""

    side: Side
    of: str
    points: Decimal


class UnbackedPoints:
    """The queue of them."""

    def __init__(self) -> None:
        """Begin with none."""
        self._queue: deque[Unbacked] = deque()

    def add(self, unbacked: Unbacked) -> None:
        """Put points at the end."""
        self._queue.append(unbacked)

    def first(self) -> Unbacked | None:
        """Find what is owed longest."""
        while self._queue and not self._queue[0].points:
            self._queue.popleft()
        return self._queue[0] if self._queue else None

    def forgive(self, redemption_id: str, points: Decimal) -> None:
        """Take off what a redemption drew and got back."""
        for unbacked in self._queue:
            if unbacked.side == "drawn" and unbacked.of == redemption_id:
                forgiven = min(unbacked.points, points)
                unbacked.points -= forgiven
                points -= forgiven
