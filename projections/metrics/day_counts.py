"""How long periods are, in what a mean is divided by: calendar days, 30/360, working days, months."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec
import polars as pl

from domain.organisation.calendars import DEFAULT_CALENDAR, Calendar
from projections.metrics.periods import Periods, local_time, moment

WORKING = "working_days"
LONGEST_MONTH = 30


def day_counts(periods: Periods, *, by: datetime, calendars: pl.DataFrame) -> list[Mapping[str, int]]:
    """For each period its counts, of the days that have begun by a moment and the months that have ended.

    `calendars`: the organisation's rules of kind `calendar` [name, valid_from, body] in order of time; the
    latest in force on a day says whether it is worked. Raises msgspec's errors for a body that is none.
    """
    known = [
        (valid_from, msgspec.convert(json.loads(body), Calendar, strict=False))
        for valid_from, body in calendars.select("valid_from", "body").rows()
    ]
    return [_counts(days, known) | {"months": ends} for days, ends in _stretches(periods, by=by)]


def month_ends(periods: Periods, *, by: datetime) -> list[tuple[datetime, int]]:
    """The ends of calendar months that lie in a period, its own end included, and have come by a moment.

    Each is (moment in UTC, number of the period), in order of time.
    """
    ends: list[tuple[datetime, int]] = []
    for number, (start, end) in enumerate(periods.spans):
        first = local_time(start, zone=periods.zone, day_start=periods.day_start).date().replace(day=1)
        while (turn := _turn(periods, first := _next_month(first))) <= min(end, by):
            if turn > start:
                ends.append((turn, number))
    return ends


def days_of_360(start: date, end: date) -> int:
    """Days from start to before end where every month has 30 (30/360, European: a 31st counts as a 30th)."""
    from_day, to_day = min(start.day, LONGEST_MONTH), min(end.day, LONGEST_MONTH)
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + to_day - from_day


def _stretches(periods: Periods, *, by: datetime) -> list[tuple[tuple[date, date], int]]:
    """For each period the local days [first, after the last begun], and how many months end in it."""
    ends = [number for _, number in month_ends(periods, by=by)]
    today = _day_after(local_time(by, zone=periods.zone, day_start=periods.day_start))
    stretches = []
    for number, (start, end) in enumerate(periods.local_spans):
        after = min(_day_after(end), today)
        stretches.append(((start.date(), max(after, start.date())), ends.count(number)))
    return stretches


def _counts(days: tuple[date, date], calendars: Sequence[tuple[date, Calendar]]) -> dict[str, int]:
    start, end = days
    length = (end - start).days
    worked = sum(_is_worked(start + timedelta(days=n), calendars) for n in range(length))
    return {"calendar_days": length, "days_of_360": days_of_360(start, end), WORKING: worked}


def _is_worked(day: date, calendars: Sequence[tuple[date, Calendar]]) -> bool:
    in_force = [calendar for valid_from, calendar in calendars if valid_from <= day]
    return (in_force[-1] if in_force else DEFAULT_CALENDAR).is_working_day(day)


def _turn(periods: Periods, first: date) -> datetime:
    """The moment at which a month begins in the zone of the question."""
    return moment(first, zone=periods.zone, day_start=periods.day_start)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _day_after(end: datetime) -> date:
    return (end + timedelta(days=1, microseconds=-1)).date()
