"""Terms counted in a calendar: months and days from a day, to the end of a day in a zone."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

DAY_OF_YEAR = re.compile(r"\d\d-\d\d")
# In a leap year every month and day exists, the 29th of February too.
A_LEAP_YEAR = 2000
MICROSECOND = timedelta(microseconds=1)


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So many months and days from a day, then on to the next `day_of_year` (`12-31`) if one is named."""

    months: int = 0
    days: int = 0
    day_of_year: str | None = None

    def __post_init__(self) -> None:
        """Refuse a term that ends before it begins, says nothing, or names no day."""
        if self.months < 0 or self.days < 0:
            raise ValueError("a term has zero or more months and days")
        if self.months == self.days == 0 and self.day_of_year is None:
            raise ValueError("a term says months, days or day_of_year")
        if self.day_of_year is not None:
            _on_day_of_year(self.day_of_year, year=A_LEAP_YEAR)

    def last_day(self, first: date) -> date:
        """Find the last day of the term that begins on a day."""
        counted = add_months(first, self.months) + timedelta(days=self.days)
        if self.day_of_year is None:
            return counted
        this_year = _on_day_of_year(self.day_of_year, year=counted.year)
        return this_year if counted <= this_year else _on_day_of_year(self.day_of_year, year=counted.year + 1)


def add_months(day: date, months: int) -> date:
    """Count months on: the same day of the month, or the last where there is none (31 Jan, 28 Feb)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def start_of_day(day: date, *, zone: ZoneInfo) -> datetime:
    """Find the first moment of a day in a zone."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def end_of_day(day: date, *, zone: ZoneInfo) -> datetime:
    """Find the last microsecond of a day in a zone."""
    return start_of_day(day + timedelta(days=1), zone=zone) - MICROSECOND


def known_zone(name: str) -> ZoneInfo:
    """Find a time zone by its name; ValueError if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"no such zone: {name!r}") from error


def _on_day_of_year(text: str, *, year: int) -> date:
    if not DAY_OF_YEAR.fullmatch(text):
        raise ValueError(f"a day of the year is MM-DD, not {text!r}")
    month, day = (int(part) for part in text.split("-"))
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(A_LEAP_YEAR, month)[1]:
        raise ValueError(f"a day of the year is MM-DD, not {text!r}")
    return date(year, month, min(day, monthrange(year, month)[1]))
