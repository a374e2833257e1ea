"""The judge of the metrics: every definition once more in plain Python over fact rows, by area.

An area's module gives PLAIN, by definition name, and may give WORDS: per column the values that matter.
Nothing here knows measures or frames; each function is written from the domain page.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Plain(NamedTuple):
    """What a definition says of a period; a value of None is undefined."""

    numerator: Any
    denominator: Any
    value: Any


Judge = Callable[[Rows, date, date], Plain]


def local_day(moment: datetime) -> date:
    """The day in Shanghai, in which all judges count."""
    return moment.astimezone(SHANGHAI).date()


def within(rows: Sequence[Row], time: str, start: date, end: date) -> list[Row]:
    """The rows whose time, a moment or a day, lies on the days from start to before end."""
    kept = []
    for row in rows:
        moment = row[time]
        if moment is None:
            continue
        day = local_day(moment) if isinstance(moment, datetime) else moment
        if start <= day < end:
            kept.append(row)
    return kept


def ratio(numerator: Any, denominator: Any, *, times: Any = 1) -> Plain:
    """A quotient of two sums; nothing over nothing is undefined."""
    value = times * numerator / denominator if denominator else None
    return Plain(numerator, denominator, value)


def amount(numerator: Any, *, times: Any = 1) -> Plain:
    """A count or an amount."""
    return Plain(numerator, None, times * numerator)


def statistic(value: Any) -> Plain:
    """A value that is no quotient of sums."""
    return Plain(None, None, value)


def start_of(day: date) -> datetime:
    """The first moment of a local day."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def moment_before(day: date) -> datetime:
    """The last microsecond before a local day."""
    return start_of(day) - timedelta(microseconds=1)
