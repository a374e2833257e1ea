"""The year cut into stretches of days, each with what falls to it: so that no file needs the whole year."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from pipelines.sample.insurer_hotline.counts import CALLS, CLAIMS, REPORTS, UNANSWERED
from pipelines.sample.profiles import Profile, days_between, over_days
from pipelines.sample.request import Request
from pipelines.sample.shares import Deck, shared_by_name, shares

HOTLINE = Profile(months=(1.08, 1.12, 0.95, 0.93, 0.95, 1.02, 1.1, 1.08, 0.96, 0.94, 0.92, 1.03))
"""Snow and holidays in winter, storms in summer."""
MOST_CALLS = 100_000


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Days of one month, the calls offered on each, and how many calls and claims of each kind they bring."""

    number: int
    days: tuple[date, ...]
    calls: tuple[int, ...]
    kinds: dict[str, int]
    lines: dict[str, int]
    calls_before: int
    claims_before: int

    @property
    def claims(self) -> int:
        return sum(self.lines.values())

    @property
    def answered(self) -> int:
        return sum(count for kind, count in self.kinds.items() if kind not in UNANSWERED)

    @property
    def quarter(self) -> int:
        """0 to 3."""
        return (self.days[0].month - 1) // 3


def days_of(year: int) -> list[date]:
    return days_between(date(year, 1, 1), date(year, 12, 31))


def stretches(request: Request) -> list[Stretch]:
    """Every stretch of the year, in order; the same for every file of a request."""
    days = days_of(request.year)
    kinds = request.scaled_parts(CALLS)
    calls = over_days(sum(kinds.values()), days, profile=HOTLINE, dice=request.dice("days")).to_list()
    kinds_left = Deck(kinds)
    lines_left = Deck(shared_by_name(sum(kinds[kind] for kind in REPORTS), CLAIMS))
    made: list[Stretch] = []
    calls_before = claims_before = 0
    for number, part in enumerate(_parts(list(zip(days, calls, strict=True)))):
        hand = kinds_left.take(sum(count for _, count in part))
        lines = lines_left.take(sum(hand[kind] for kind in REPORTS))
        made.append(
            Stretch(
                number=number,
                days=tuple(day for day, _ in part),
                calls=tuple(count for _, count in part),
                kinds=hand,
                lines=lines,
                calls_before=calls_before,
                claims_before=claims_before,
            )
        )
        calls_before += sum(hand.values())
        claims_before += sum(lines.values())
    return made


def over_stretches(total: int, among: Sequence[Stretch], by: Callable[[Stretch], int]) -> list[int]:
    """An exact count shared out over stretches in proportion to something of each."""
    return shares(total, [by(one) for one in among]).to_list()


def _parts(days: list[tuple[date, int]]) -> list[list[tuple[date, int]]]:
    """Months, cut into runs of days that have at most so many calls, but one day at least."""
    parts: list[list[tuple[date, int]]] = []
    for _, month in groupby(days, key=lambda day: day[0].month):
        parts.append([])
        for day in month:
            if parts[-1] and sum(count for _, count in parts[-1]) + day[1] > MOST_CALLS:
                parts.append([])
            parts[-1].append(day)
    return parts
