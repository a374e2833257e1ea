"""Who works on which day, and how many calls come on it: as many as the agents at work can take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import polars as pl

from pipelines.sample.life_inbound_centre.counts import CALLS, SHIFTS
from pipelines.sample.life_inbound_centre.staff import agent_code, agents
from pipelines.sample.profiles import Profile, days_between, over_days
from pipelines.sample.request import Request
from pipelines.sample.shares import Deck, shares

CENTRE = Profile(
    months=(1.1, 0.9, 1.0, 1.0, 1.0, 1.05, 1.1, 1.0, 1.0, 0.95, 1.0, 1.0),
    weekdays=(1.2, 1.1, 1.05, 1.0, 1.0, 0.7, 0.6),
    hours=(0, 0, 0, 0, 0, 0, 0, 2, 30, 55, 58, 44, 26, 34, 50, 52, 46, 30, 14, 8, 3, 0, 0, 0),
)
MOST_CALLS = 100_000


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Days of one month, the calls and shifts of each, and what becomes of the calls."""

    number: int
    days: tuple[date, ...]
    calls: tuple[int, ...]
    shifts: tuple[int, ...]
    outcomes: dict[str, int]
    calls_before: int


def days_of(year: int) -> list[date]:
    return days_between(date(year, 1, 1), date(year, 11, 30))


def stretches(request: Request) -> list[Stretch]:
    """Every stretch of the eleven months, in order; the same for every file of a request."""
    days = days_of(request.year)
    dice = request.dice("days")
    shifts = over_days(request.scaled(SHIFTS, least=1), days, profile=CENTRE, dice=dice)
    outcomes = request.scaled_parts(CALLS)
    calls = shares(sum(outcomes.values()), shifts * (0.9 + 0.2 * dice.fractions(len(days))))
    left = Deck(outcomes)
    made: list[Stretch] = []
    before = 0
    for part in _parts(list(zip(days, calls.to_list(), shifts.to_list(), strict=True))):
        count = sum(calls_of_day for _, calls_of_day, _ in part)
        made.append(
            Stretch(
                number=len(made),
                days=tuple(day for day, _, _ in part),
                calls=tuple(one for _, one, _ in part),
                shifts=tuple(one for _, _, one in part),
                outcomes=left.take(count),
                calls_before=before,
            )
        )
        before += count
    return made


Day = tuple[date, int, int]


def _parts(days: Sequence[Day]) -> list[list[Day]]:
    """Months, cut into runs of days that have at most so many calls, but one day at least."""
    parts: list[list[Day]] = []
    for _, month in groupby(days, key=lambda day: day[0].month):
        parts.append([])
        for day in month:
            if parts[-1] and sum(calls for _, calls, _ in parts[-1]) + day[1] > MOST_CALLS:
                parts.append([])
            parts[-1].append(day)
    return parts


class Roster:
    """The agents of each day, in turn: everybody has as many shifts as anybody else."""

    def __init__(self, request: Request) -> None:
        self._agents = agents(request)
        self._turn = 0

    def on(self, stretch: Stretch) -> pl.DataFrame:
        """Shifts of a stretch: [day, place within the day, agent]."""
        rows: list[tuple[date, int, int]] = []
        for day, count in zip(stretch.days, stretch.shifts, strict=True):
            present = self._present(day)
            rows += [(day, place, present[(self._turn + place) % len(present)]) for place in range(count)]
            self._turn += count
        frame = pl.DataFrame(
            rows, schema={"day": pl.Date, "place": pl.Int64, "number": pl.Int64}, orient="row"
        )
        return frame.select("day", "place", agent=pl.lit(agent_code(frame["number"])))

    def _present(self, day: date) -> list[int]:
        number = day.timetuple().tm_yday - 1
        joined, left = pl.col("joined").fill_null(0), pl.col("left").fill_null(400)
        return self._agents.filter(joined <= number, left > number)["number"].to_list()
