"""The calendar: how a stretch of time is cut, for tools that join figures on periods of their own."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graphql_api.arguments import argument, checked_count
from graphql_api.figures.extent import check_periods
from graphql_api.figures.questions import period_arguments, time_of_day, zone_of
from graphql_api.figures.words import Grain
from graphql_api.lists.read_model import MOST_ROWS, MOST_SKIPPED
from graphql_api.request_context import RequestContext
from graphql_api.told import told
from graphql_api.tuple_rows import TupleRows
from projections.metrics.day_counts import WORKING, day_counts
from projections.metrics.derived_source import rules_told
from projections.metrics.errors import EmptyPeriod
from projections.metrics.periods import Periods, cut, local_time, moment
from projections.storage.reader import StoredFacts

ONE_DAY = timedelta(days=1)


@strawberry.type(description="One period of a calendar.")
class CalendarPeriod:
    period_start: date = told("The local day on which it begins.")
    period_end: date = told("The local day on which it is over: half-open. Within a day, that day.")
    starts_at: datetime = told("The moment at which it begins, with its offset.")
    ends_at: datetime = told("The moment at which it is over: half-open.")
    year: int = told("The calendar year of its first day.")
    quarter: int = told("The quarter of its first day, 1 to 4.")
    month: int = told("The month of its first day, 1 to 12.")
    iso_year: int = told("The year of the ISO week of its first day.")
    iso_week: int = told("The ISO week of its first day, 1 to 53.")
    weekday: int = told("The ISO weekday of its first day: 1 is Monday, 7 Sunday.")
    calendar_days: int = told("How many local days it holds, begun ones included.")
    working_days: int = told("How many of them the organisation works; Monday to Friday if it said nothing.")
    is_working_day: bool | None = told("Of a day or an hour: whether the organisation works on it.")
    is_whole: bool = told("Whether it is a whole period, and not cut by `from` or `to`.")
    is_complete: bool = told("Whether it is whole and over.")


COLUMNS = tuple(CalendarPeriod.__annotations__)


class Calendar(FieldExtension):
    """Gives a root field of type `list[CalendarPeriod]` its arguments and its rows."""

    def apply(self, field: StrawberryField) -> None:
        field.arguments = _arguments()

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext], **given: Any
    ) -> Awaitable[TupleRows[CalendarPeriod]]:
        return self._answer(info, given)

    async def _answer(
        self, info: strawberry.Info[RequestContext], given: dict[str, Any]
    ) -> TupleRows[CalendarPeriod]:
        limit = checked_count("limit", given["limit"], most=MOST_ROWS)
        offset = checked_count("offset", given["offset"], most=MOST_SKIPPED)
        ask = partial(_periods, given, now=info.context.now)
        with info.context.notes.noting(str(info.path.key), limit=limit) as note:
            rows, note.time_zone = await info.context.services.ask_facts(ask)
            page = rows[offset : offset + limit]
            note.shows(len(page), of=len(rows), offset=offset)
        return TupleRows(CalendarPeriod, columns=COLUMNS, tuples=page)


def _arguments() -> list[StrawberryArgument]:
    return [
        *period_arguments(),
        argument("grain", Grain, "How the stretch is cut.", default=Grain.DAY),
        argument("time_zone", str | None, "An IANA name; else the organisation's zone.", default=None),
        argument("day_start", str | None, "When a day begins, as HH:MM; else midnight.", default=None),
        argument("limit", int, "How many periods at most, up to 10,000.", default=MOST_ROWS),
        argument("offset", int, "How many periods to skip, up to 100,000.", default=0),
    ]


def _periods(
    given: dict[str, Any], facts: StoredFacts, *, now: datetime
) -> tuple[list[tuple[Any, ...]], str]:
    """The rows in order of time, and the zone."""
    zone, day_start = zone_of(given, default=facts.zone), time_of_day(given["day_start"])
    check_periods(given["start"], given["end"], given["grain"], zone)
    start, end = (moment(given[name], zone=zone, day_start=day_start) for name in ("start", "end"))
    if start >= end:
        raise EmptyPeriod(start=str(given["start"]), end=str(given["end"]))
    periods = cut(start, end, grain=given["grain"].value, zone=zone, day_start=day_start)
    calendars = rules_told(facts, "calendar", position=None)
    counts = day_counts(periods, by=end + ONE_DAY, calendars=calendars)
    rows = zip(_shown(periods, now=now), counts, strict=True)
    return [_with_counts(row, one, periods) for row, one in rows], zone.key


def _shown(periods: Periods, *, now: datetime) -> Iterator[dict[str, Any]]:
    for number, ((starts, ends), (local_start, local_end)) in enumerate(
        zip(periods.spans, periods.local_spans, strict=True)
    ):
        day = local_start.date()
        iso_year, iso_week, weekday = day.isocalendar()
        is_whole = _is_whole(periods, number)
        yield {
            "period_start": day,
            "period_end": local_end.date(),
            "starts_at": starts.astimezone(periods.zone),
            "ends_at": ends.astimezone(periods.zone),
            "year": day.year,
            "quarter": (day.month + 2) // 3,
            "month": day.month,
            "iso_year": iso_year,
            "iso_week": iso_week,
            "weekday": weekday,
            "is_whole": is_whole,
            "is_complete": is_whole and ends <= now,
        }


def _with_counts(row: dict[str, Any], counts: Any, periods: Periods) -> tuple[Any, ...]:
    worked = counts[WORKING]
    told_of_days = {
        "calendar_days": counts["calendar_days"],
        "working_days": worked,
        "is_working_day": bool(worked) if periods.grain in ("hour", "day") else None,
    }
    return tuple((row | told_of_days)[name] for name in COLUMNS)


def _is_whole(periods: Periods, number: int) -> bool:
    """Inner periods are; the first and the last if a wider stretch is cut at the same places."""
    if periods.grain == "total" or 0 < number < len(periods.spans) - 1:
        return True
    starts, ends = periods.spans[number]
    return _begins_one(periods, starts) and _begins_one(periods, ends)


def _begins_one(periods: Periods, instant: datetime) -> bool:
    """Whether a period begins at the instant: cut from a year before, one of the edges is it."""
    local = local_time(instant, zone=periods.zone, day_start=periods.day_start)
    if periods.grain == "hour":
        return (instant.astimezone(periods.zone).minute, instant.second, instant.microsecond) == (0, 0, 0)
    first_days = {
        "day": True,
        "week": local.isoweekday() == 1,
        "month": local.day == 1,
        "quarter": local.day == 1 and local.month % 3 == 1,
        "year": (local.month, local.day) == (1, 1),
    }
    return local.time() == datetime.min.time() and first_days[periods.grain]
