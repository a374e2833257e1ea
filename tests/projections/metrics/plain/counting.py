"""What judges count with: rows of a period, sums of a column, one over another, days, months, percentiles."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from tests.projections.metrics.plain import Judge, Plain, Row, Rows, amount, ratio, within

ELECTRONIC = {"online", "web", "app", "wechat", "sms", "ivr", "terminal", "email"}
Keep = Callable[[Row], bool]


def total(rows: Sequence[Row], column: str) -> Any:
    return sum(row[column] or 0 for row in rows)


def milliseconds(since: datetime, until: datetime) -> int:
    return (until - since) // timedelta(milliseconds=1)


def of(fact: str, time: str, column: str | None = None, *, keep: Keep = lambda _: True) -> Judge:
    """A count of rows, or the sum of a column of theirs."""

    def judge(rows: Rows, start: date, end: date) -> Plain:
        kept = [row for row in within(rows[fact], time, start, end) if keep(row)]
        return amount(len(kept) if column is None else total(kept, column))

    return judge


def over(upper: Judge, lower: Judge) -> Judge:
    """One count or amount over another."""

    def judge(rows: Rows, start: date, end: date) -> Plain:
        above, below = (side(rows, start, end) for side in (upper, lower))
        return ratio(above.numerator, below.numerator)

    return judge


def per_day(counted: Judge, days: Callable[[date, date], int]) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        return ratio(counted(rows, start, end).numerator, days(start, end))

    return judge


def calendar_days(start: date, end: date) -> int:
    return (end - start).days


def days_of_360(start: date, end: date) -> int:
    """Whole months only, which is all that is asked here."""
    return 30 * (12 * (end.year - start.year) + end.month - start.month)


def weekdays(start: date, end: date) -> int:
    return sum((start + timedelta(days=n)).isoweekday() < 6 for n in range((end - start).days))


def is_electronic(row: Row) -> bool:
    return row["channel"] in ELECTRONIC


def months(earlier: date, later: date) -> int:
    return 12 * (later.year - earlier.year) + later.month - earlier.month


def p90(values: list[int]) -> float:
    """Linear between the two neighbours of place 0.9 (n - 1)."""
    ordered = sorted(values)
    place = 0.9 * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


DAY_BASES = {"per_day": calendar_days, "per_day_360": days_of_360, "per_working_day": weekdays}
