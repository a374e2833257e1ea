"""How judges count: shares of chosen rows, counts a day, and when a rating says satisfied."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests.projections.metrics.plain import Judge, Plain, Row, Rows, ratio, within

Keep = Callable[[Row], Any]
Chosen = Callable[[Rows, date, date], list[Row]]


def number(calls: list[Row], *conditions: Keep) -> int:
    return len([call for call in calls if all(condition(call) for condition in conditions)])


def duration(calls: list[Row], *columns: str) -> int:
    return sum(call[column] or 0 for call in calls for column in columns)


def timed(fact: str, time: str) -> Chosen:
    return lambda rows, start, end: within(rows[fact], time, start, end)


def anything(_: Row) -> bool:
    return True


def share(above: Keep, below: Keep, *, of: Chosen) -> Judge:
    """Those below the line that are above it too, over all below it."""

    def judge(rows: Rows, start: date, end: date) -> Plain:
        told = [row for row in of(rows, start, end) if below(row)]
        return ratio(len([row for row in told if above(row)]), len(told))

    return judge


def days(start: date, end: date) -> int:
    return (end - start).days


def days_of_360(start: date, end: date) -> int:
    """Whole months of thirty days; the periods of the tests begin and end with a month."""
    return 30 * (12 * (end.year - start.year) + end.month - start.month)


def weekdays(start: date, end: date) -> int:
    return sum((start + timedelta(days=n)).isoweekday() <= 5 for n in range(days(start, end)))


def a_day(count: Judge, length: Callable[[date, date], int]) -> Judge:
    def judge(rows: Rows, start: date, end: date) -> Plain:
        return ratio(count(rows, start, end).numerator, length(start, end))

    return judge


def counted_daily(metric: str, count: Judge) -> dict[str, Judge]:
    lengths = {"per_day": days, "per_day_360": days_of_360, "per_working_day": weekdays}
    return {f"{metric}.count": count} | {f"{metric}.{id_}": a_day(count, of) for id_, of in lengths.items()}


def in_two_top_boxes(score: Any, scale: Any) -> bool | None:
    if score is None or scale is None:
        return None
    return bool(score >= (2 if scale == 2 else scale - 1))


def is_satisfied(said: bool | None, score: Any, scale: Any) -> bool | None:
    return said if said is not None else in_two_top_boxes(score, scale)
