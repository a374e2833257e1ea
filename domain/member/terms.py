"""Under which programme, and in which zone, a member's points stand at a moment."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain.organisation.programme import Programme
from domain.organisation.programme_in_force import PROGRAMME, programme_at, read_programme
from domain.organisation.rules import WITHDRAWN, RuleBook
from domain.organisation.terms import end_of_day

Terms = Callable[[datetime], tuple[Programme, ZoneInfo]]

# A UTC date and the local day of a moment differ by one at most.
WHERE_DAYS_DIFFER = tuple(timedelta(days=days) for days in (-1, 0, 1))


def terms_of(rules: RuleBook, programme: str | None) -> Terms:
    """Read a programme and its zone by moment, as `programme_at` does, once between the days of change."""
    changes = sorted(
        {
            dated.valid_from
            for (kind, name), readings in rules.readings.items()
            if kind == "zone" or (kind == PROGRAMME and name == programme)
            for dated in readings
        }
    )
    around = {day.toordinal() + apart.days for day in changes for apart in WHERE_DAYS_DIFFER}
    read: dict[int, tuple[Programme, ZoneInfo]] = {}

    def at(moment: datetime) -> tuple[Programme, ZoneInfo]:
        day = moment.date()
        if day.toordinal() in around:
            return programme_at(rules, programme, at=moment)
        stretch = bisect_right(changes, day)
        if stretch not in read:
            read[stretch] = programme_at(rules, programme, at=moment)
        return read[stretch]

    return at


def ever_qualifies(rules: RuleBook, programme: str | None) -> bool:
    """Say whether a programme has a qualification on any day: whether points ever decide on its tiers."""
    readings = rules.readings.get((PROGRAMME, programme), ()) if programme else ()
    bodies = (dated.body for dated in readings if dated.body != WITHDRAWN)
    return any(read_programme(body).qualification is not None for body in bodies)


def end_of_its_day(moment: datetime, *, zone: ZoneInfo) -> datetime:
    """Find the last microsecond of a moment's day in a zone; the calendar's last day has only the moment."""
    try:
        return _end_of_day(moment.astimezone(zone).date(), zone)
    except OverflowError:
        return moment


@lru_cache(maxsize=4096)
def _end_of_day(day: date, zone: ZoneInfo) -> datetime:
    return end_of_day(day, zone=zone)
