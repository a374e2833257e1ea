"""When things happen: counts over the days of a period, and moments over the hours of a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.shares import shares

EVEN_MONTHS = (1.0,) * 12
OFFICE_WEEK = (1.2, 1.1, 1.0, 1.0, 1.05, 0.6, 0.5)
"""A hotline's week, Monday first."""
OFFICE_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 20, 50, 55, 40, 10, 35, 50, 48, 44, 20, 5, 0, 0, 0, 0, 0)
HOTLINE_HOURS = (2, 1, 1, 1, 1, 2, 4, 10, 28, 48, 55, 50, 36, 38, 46, 48, 44, 36, 26, 20, 16, 12, 7, 4)
"""A day by its hours, from midnight."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """How busy months (January first), weekdays (Monday first) and hours are beside each other."""

    months: Sequence[float] = EVEN_MONTHS
    weekdays: Sequence[float] = OFFICE_WEEK
    hours: Sequence[float] = HOTLINE_HOURS
    unrest: float = 0.1
    """By how much one day may differ from what its month and weekday give."""


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def over_days(total: int, days: Sequence[date], *, profile: Profile, dice: Dice) -> pl.Series:
    """An exact count spread over days, in their order."""
    usual = pl.Series(
        [profile.months[day.month - 1] * profile.weekdays[day.weekday()] for day in days], dtype=pl.Float64
    )
    return shares(total, usual * (1 - profile.unrest + 2 * profile.unrest * dice.fractions(len(days))))


def moments(
    days: Sequence[date], counts: Sequence[int] | pl.Series, *, profile: Profile, dice: Dice
) -> pl.Series:
    """Local times (Datetime) in order, so many on each day, more of them in busy hours."""
    frame = pl.DataFrame({"day": pl.Series(days, dtype=pl.Date), "count": pl.Series(counts, dtype=pl.UInt32)})
    days_of_each = frame.filter(pl.col("count") > 0).select(pl.col("day").repeat_by("count")).explode("day")
    seconds = seconds_of_day(days_of_each.height, hours=profile.hours, dice=dice)
    at = pl.col("day").cast(pl.Datetime("us")) + pl.duration(seconds="seconds")
    return days_of_each.with_columns(seconds=seconds).select(at=at)["at"].sort()


def seconds_of_day(count: int, *, hours: Sequence[float], dice: Dice) -> pl.Series:
    """Seconds since midnight, by how busy hours are."""
    hour = dice.choices(count, weights=hours).cast(pl.Int64)
    return hour * 3_600 + dice.whole(count, below=3_600)


def entered(happened: pl.Series, *, dice: Dice, late: float = 0.06, days: int = 9) -> pl.Series:
    """When the source's clerks entered what happened: mostly within minutes, a share of it some days late."""
    count = happened.len()
    soon = dice.durations(count, mean=240.0)
    later = (1 + dice.whole(count, below=days)) * 86_400
    wait = soon + later.zip_with(dice.chances(count, share=late), pl.zeros(count, dtype=pl.Int64, eager=True))
    return (
        pl.DataFrame({"at": happened, "wait": wait})
        .select(pl.col("at") + pl.duration(seconds="wait"))
        .to_series()
    )


def midnight(day: date) -> datetime:
    """The beginning of a day, local time."""
    return datetime.combine(day, time())
