"""The points ledger once more, the obvious way: every single point is an object that knows where it is.

Whole points only, and time only goes forward. Nothing here is shared with `domain/member`.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

FAR = datetime(9999, 1, 1, tzinfo=ZoneInfo("UTC"))
OVERDRAFT = "overdraft"


@dataclass
class Point:
    """One point, in the lot it was earned into, or owed: in the overdraft lot."""

    lot: str
    available_at: datetime
    due_at: datetime = FAR
    state: str = "held"
    of: str = ""


@dataclass
class Purse:
    """All points that a member ever earned or owes."""

    zone: ZoneInfo
    is_first_in_first_out: Callable[[datetime], bool]
    points: list[Point] = field(default_factory=list)
    owed: list[Point] = field(default_factory=list)
    lots: list[str] = field(default_factory=list)
    earned: Counter[str] = field(default_factory=Counter)
    drawn: Counter[str] = field(default_factory=Counter)
    refunded: Counter[str] = field(default_factory=Counter)
    reversed: Counter[str] = field(default_factory=Counter)
    expired: Counter[str] = field(default_factory=Counter)
    undone: Counter[str] = field(default_factory=Counter)
    drawn_lots: dict[str, list[str]] = field(default_factory=dict)

    def earn(
        self, lot: str, points: int, *, now: datetime, available_at: datetime, expires: datetime
    ) -> None:
        """Earn points one by one."""
        self.lots.append(lot)
        self.earned[lot] += points
        due_at = FAR if expires == FAR else self.end_of_day(max(expires, available_at))
        self.points += [Point(lot, available_at, due_at) for _ in range(points)]
        self.settle(now)

    def pass_to(self, now: datetime) -> None:
        """Let every moment happen at which a point expires or becomes available."""
        moments = {point.due_at for point in self.points} | {point.available_at for point in self.points}
        for moment in sorted(moment for moment in moments if moment <= now):
            for point in self.points:
                if point.state == "held" and point.due_at <= moment:
                    point.state = "expired"
                    self.expired[point.lot] += 1
            self.settle(moment)

    def spendable(self, now: datetime) -> list[Point]:
        """The points that can be spent, in the order in which they are."""
        able = [point for point in self.points if point.state == "held" and point.available_at <= now]
        fifo = self.is_first_in_first_out(now)
        return sorted(able, key=lambda point: (FAR if fifo else point.due_at, self.lots.index(point.lot)))

    def redeem(self, redemption: str, points: int, *, now: datetime) -> None:
        """Spend points one by one; what is missing is owed."""
        for point in (self.spendable(now) + [None] * points)[:points]:
            self._draw(point, redemption, now=now)

    def _draw(self, point: Point | None, redemption: str, *, now: datetime) -> None:
        if point is None:
            point = Point(OVERDRAFT, now)
            self.owed.append(point)
        point.state, point.of = "drawn", redemption
        self.drawn[point.lot] += 1
        drawn_lots = self.drawn_lots.setdefault(redemption, [])
        if point.lot not in drawn_lots:
            drawn_lots.append(point.lot)

    def settle(self, now: datetime) -> None:
        """Let points that can be spent stand in for those owed, the longest owed first."""
        for debt, point in list(zip(self.owed, self.spendable(now), strict=False)):
            self.owed.remove(debt)
            if debt.state == "drawn":
                self.drawn[OVERDRAFT] -= 1
                self._draw(point, debt.of, now=now)
            else:
                self.reversed[OVERDRAFT] -= 1
                self.reversed[point.lot] += 1
                point.state = "reversed"

    def refundable(self, redemption: str) -> int:
        """How many points of a redemption did not come back yet."""
        return sum(point.of == redemption and point.state == "drawn" for point in self.points + self.owed)

    def refund(self, redemption: str, points: int, *, now: datetime) -> None:
        """Give points back: those owed first, then those of the lot drawn last; each lot then settles."""
        for lot in (OVERDRAFT, *reversed(self.drawn_lots[redemption])):
            drawn = [
                point
                for point in self.points + self.owed
                if (point.lot, point.of, point.state) == (lot, redemption, "drawn")
            ]
            for point in drawn[:points]:
                self._give_back(point, now=now)
                points -= 1
            self.settle(now)

    def _give_back(self, point: Point, *, now: datetime) -> None:
        self.refunded[point.lot] += 1
        if point.lot == OVERDRAFT:
            self.owed.remove(point)
            return
        point.state, point.of = "held", ""
        if point.due_at <= now:
            point.due_at = self.end_of_day(now)

    def reversible(self, lot: str) -> int:
        """How many points of an earning were neither undone nor expired."""
        return max(self.earned[lot] - self.undone[lot] - self.expired[lot], 0)

    def takeable(self, lot: str, now: datetime) -> int:
        """How many points could be taken to undo an earning: its own, pending or not, and any to be spent."""
        return sum(
            point.state == "held" and (point.lot == lot or point.available_at <= now) for point in self.points
        )

    def reverse(self, lot: str, points: int, *, now: datetime) -> int:
        """Undo an earning point by point: of its own lot, then of any; gives how many were missing."""
        self.undone[lot] += points
        own = [point for point in self.points if point.lot == lot and point.state == "held"]
        others = [point for point in self.spendable(now) if point.lot != lot]
        given = (own + others)[:points]
        for point in given:
            point.state = "reversed"
            self.reversed[point.lot] += 1
        missing = points - len(given)
        for _ in range(missing):
            self.owed.append(Point(OVERDRAFT, now, state="reversed", of=lot))
            self.reversed[OVERDRAFT] += 1
        return missing

    def close(self, *, now: datetime) -> None:
        """Let what can be spent expire, and take back what is pending."""
        for point in self.points:
            if point.state == "held":
                point.state = "expired" if point.available_at <= now else "reversed"
                {"expired": self.expired, "reversed": self.reversed}[point.state][point.lot] += 1

    def balance(self, lot: str) -> int:
        """How many points of a lot the member holds."""
        if lot == OVERDRAFT:
            return -len(self.owed)
        return sum(point.lot == lot and point.state == "held" for point in self.points)

    def due(self, lot: str) -> set[datetime]:
        """When the points of a lot that the member holds expire: all at one moment."""
        return {point.due_at for point in self.points if point.lot == lot and point.state == "held"}

    def end_of_day(self, moment: datetime) -> datetime:
        """The last microsecond of a moment's day."""
        midnight = moment.astimezone(self.zone).replace(
            hour=0, minute=0, second=0, microsecond=0, tzinfo=None
        )
        next_midnight = (midnight + timedelta(days=1)).replace(tzinfo=self.zone)
        return next_midnight.astimezone(ZoneInfo("UTC")) - timedelta(microseconds=1)
