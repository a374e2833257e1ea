"""How high a member's points reach at each moment: by balance, or by points earned in a period."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from domain.member.lots import ZERO
from domain.member.periods import Years, end_of_months, years_of
from domain.member.points_record import CountedLot, PointsRecord
from domain.organisation.programme import Programme, Qualification, Tier
from domain.organisation.terms import MICROSECOND


class Tally(Protocol):
    """What counts towards a tier, as time passes."""

    @property
    def points(self) -> Decimal:
        """What the member has towards reaching, or keeping, a tier now."""

    @property
    def reached(self) -> Decimal:
        """What decides about the tier now."""

    @property
    def next_moment(self) -> datetime | None:
        """When what is reached may change though nothing happens; None if never."""

    def change(self, lot: CountedLot | None, points: Decimal) -> None:
        """Count what an event changed of the record, which is entered there already."""

    def pass_(self, moment: datetime) -> None:
        """Let time pass up to and including a moment."""


@dataclass(kw_only=True)
class BalanceNow:
    """The balance as it stands."""

    record: PointsRecord
    next_moment: None = None

    @property
    def points(self) -> Decimal:
        return self.record.balance

    @property
    def reached(self) -> Decimal:
        return self.record.balance

    def change(self, lot: CountedLot | None, points: Decimal) -> None:
        """The record holds the balance."""

    def pass_(self, moment: datetime) -> None:
        """A balance does not change by itself: an expiry is an event."""


@dataclass(kw_only=True)
class BalanceAtYearEnd:
    """The balance as it stood at the last year's end; at the beginning, as it stands then."""

    record: PointsRecord
    years: Years
    year: int
    reached: Decimal

    @property
    def points(self) -> Decimal:
        return self.record.balance

    @property
    def next_moment(self) -> datetime | None:
        return None if self.reached == self.record.balance else self.years.end(self.year)

    def change(self, lot: CountedLot | None, points: Decimal) -> None:
        """The record holds the balance."""

    def pass_(self, moment: datetime) -> None:
        year = self.years.number(moment + MICROSECOND)
        if year > self.year:
            self.year, self.reached = year, self.record.balance


@dataclass(kw_only=True)
class EarnedInYears:
    """Points earned year by year: last year's decide, or this year's so far, or the better of both."""

    years: Years
    year: int
    year_ends: datetime
    is_last_counted: bool
    is_this_counted: bool
    activities: tuple[str, ...]
    sums: dict[int, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))

    @property
    def points(self) -> Decimal:
        return self.sums[self.year]

    @property
    def reached(self) -> Decimal:
        last = self.sums[self.year - 1] if self.is_last_counted else ZERO
        this = self.sums[self.year] if self.is_this_counted else ZERO
        return max(last, this)

    @property
    def next_moment(self) -> datetime | None:
        is_over = not self.sums[self.year] and not self.sums[self.year - 1]
        return None if is_over else self.year_ends

    def change(self, lot: CountedLot | None, points: Decimal) -> None:
        if lot is not None and counts(lot, self.activities):
            self.sums[self.years.number(lot.earned_at)] += points

    def pass_(self, moment: datetime) -> None:
        if moment >= self.year_ends:
            self.year = self.years.number(moment + MICROSECOND)
            self.year_ends = self.years.end(self.year)


@dataclass(kw_only=True)
class EarnedInMonths:
    """Points earned in so many months back; those of a day count until the end of the day months later."""

    zone: ZoneInfo
    months: int
    activities: tuple[str, ...]
    passed: datetime
    reached: Decimal = ZERO
    counted: dict[str, Decimal] = field(default_factory=dict)
    ends: deque[tuple[datetime, str]] = field(default_factory=deque)

    @property
    def points(self) -> Decimal:
        return self.reached

    @property
    def next_moment(self) -> datetime | None:
        return self.ends[0][0] if self.ends else None

    def change(self, lot: CountedLot | None, points: Decimal) -> None:
        if lot is None or not counts(lot, self.activities):
            return
        end = end_of_months(lot.earned_at, self.months, zone=self.zone)
        if end <= self.passed:
            return
        if lot.lot_id not in self.counted:
            self.ends.append((end, lot.lot_id))
        self.counted[lot.lot_id] = self.counted.get(lot.lot_id, ZERO) + points
        self.reached += points

    def pass_(self, moment: datetime) -> None:
        self.passed = moment
        while self.ends and self.ends[0][0] <= moment:
            _, lot_id = self.ends.popleft()
            self.reached -= self.counted.pop(lot_id)


def counts(lot: CountedLot, activities: tuple[str, ...]) -> bool:
    """Say whether a lot was earned for an activity that counts towards a tier; none named: any."""
    return not activities or lot.reason in activities


def tally_of(record: PointsRecord, programme: Programme, *, zone: ZoneInfo, at: datetime) -> Tally | None:
    """Begin to count, from a moment on, what the record holds already; None without a qualification."""
    qualification = programme.qualification
    if qualification is None:
        return None
    tally = _empty(record, qualification, zone=zone, at=at)
    for lot in record.lots.values():
        tally.change(lot, lot.points)
    return tally


def _empty(record: PointsRecord, qualification: Qualification, *, zone: ZoneInfo, at: datetime) -> Tally:
    years = years_of(qualification, zone=zone, enrolled_at=record.enrolled_at)
    if qualification.months is not None:
        return EarnedInMonths(
            zone=zone, months=qualification.months, activities=qualification.activities, passed=at
        )
    if qualification.by == "points_earned":
        return EarnedInYears(
            years=years,
            year=years.number(at),
            year_ends=years.end(years.number(at)),
            is_last_counted=qualification.kept == "next_period",
            is_this_counted=qualification.moves == "on_reaching",
            activities=qualification.activities,
        )
    if qualification.moves == "on_reaching":
        return BalanceNow(record=record)
    return BalanceAtYearEnd(record=record, years=years, year=years.number(at), reached=record.balance)


def rank_reached(points: Decimal, *, tiers: Iterable[Tier]) -> int:
    """Find how high points reach; the lowest tier is everybody's."""
    reached = 0
    for rank, tier in enumerate(tiers):
        if tier.threshold <= points:
            reached = rank
    return reached
