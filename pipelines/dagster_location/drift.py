"""Whether a day's number is far from those of the days before: a warning, for the cause may be a good one.

Far is three scaled median absolute deviations from the median (Leys et al., 2013, Journal of Experimental
Social Psychology 49, 764-766), and a fifth of the median at least: what hardly ever moves may move a little.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

DAYS_BEFORE = 28
FEWEST_DAYS = 7
"""Days before which there is nothing to compare with."""
FAR = 3 * 1.4826
SMALLEST_SHARE = 0.2


@dataclass(frozen=True, kw_only=True)
class Drift:
    """A day's number that is far from `usual`, the median of the days before."""

    day: date
    value: float
    usual: float


def drifts(values: Mapping[date, float | None], days: Iterable[date]) -> list[Drift]:
    """Those of the days that are far from the 28 days with a number before them, of which 7 are needed."""
    known = {day: value for day, value in sorted(values.items()) if value is not None}
    return [
        Drift(day=day, value=known[day], usual=median(before))
        for day in sorted(days)
        if day in known
        and len(before := [value for at, value in known.items() if at < day][-DAYS_BEFORE:]) >= FEWEST_DAYS
        and is_far(known[day], before)
    ]


def is_far(value: float, before: list[float]) -> bool:
    usual = median(before)
    spread = median(abs(one - usual) for one in before)
    return abs(value - usual) > max(FAR * spread, SMALLEST_SHARE * abs(usual))
