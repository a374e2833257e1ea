"""What is asked of a metric, from GraphQL's arguments to the question that projections answer."""

import re
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import strawberry
from strawberry.types.arguments import StrawberryArgument

from graphql_api.arguments import argument, checked_position, checked_text
from graphql_api.coded_errors import BadInputError
from graphql_api.scalars import BigInt, DayOrMoment
from projections.metrics.errors import UnknownZone
from projections.metrics.periods import moment
from projections.metrics.question import Question

MOST_PERIODS = 10_000
MOST_DIMENSIONS = 6
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@strawberry.enum(description="How a stretch of time is cut, at local days of the question's zone.")
class Grain(Enum):
    HOUR = strawberry.enum_value("hour", description="Local hours.")
    DAY = strawberry.enum_value("day", description="Local days.")
    WEEK = strawberry.enum_value("week", description="ISO weeks, which begin on Monday.")
    MONTH = strawberry.enum_value("month", description="Months.")
    QUARTER = strawberry.enum_value("quarter", description="Quarters of the calendar year.")
    YEAR = strawberry.enum_value("year", description="Calendar years.")
    TOTAL = strawberry.enum_value("total", description="Not at all: one period.")


@strawberry.enum(description="Whose unit tree `unit.<kind>` and `unit.under` follow.")
class UnitTreeOf(Enum):
    PERIOD_END = strawberry.enum_value("period_end", description="That of each period's end.")
    TODAY = strawberry.enum_value("today", description="That of today, or of `asOf`, for every period.")


SHORTEST = {
    Grain.HOUR: timedelta(hours=1),
    Grain.DAY: timedelta(hours=23),
    Grain.WEEK: timedelta(days=7, hours=-1),
    Grain.MONTH: timedelta(days=28, hours=-1),
    Grain.QUARTER: timedelta(days=90, hours=-1),
    Grain.YEAR: timedelta(days=365, hours=-1),
}


@strawberry.input(description="Rows whose dimension has one of these values.")
class DimensionFilter:
    dimension: str = strawberry.field(description="The dimension's name, as the catalogue has it.")
    values: list[str] = strawberry.field(description="Any of these.")


def metric_arguments() -> list[StrawberryArgument]:
    return [
        argument("metric", str, "The metric's name; `metricCatalogue` lists them."),
        argument("definition", str | None, "The definition's id; else the metric's first.", default=None),
        argument("start", datetime, "The first day, or moment, that counts.", name="from"),
        argument("end", datetime, "The first day, or moment, that no longer counts: half-open.", name="to"),
        argument("grain", Grain, "How the stretch is cut.", default=Grain.TOTAL),
        argument("by", list[str] | None, "Dimensions to group by, up to six.", default=None),
        argument("where", list[DimensionFilter] | None, "Only rows that pass all of these.", default=None),
        argument("as_of", datetime | None, "Only what had happened before this; else now.", default=None),
        argument("known_at", datetime | None, "Only what we had been told before this.", default=None),
        argument("position", BigInt | None, "Only the log up to here: the same for ever.", default=None),
        argument("time_zone", str | None, "An IANA name; else the organisation's zone.", default=None),
        argument("day_start", str | None, "When a day begins, as HH:MM; else midnight.", default=None),
        argument("tree", UnitTreeOf, "Whose unit tree is followed.", default=UnitTreeOf.PERIOD_END),
        argument("fill_gaps", bool, "Also periods in which there is nothing.", default=False),
    ]


def question_of(given: dict[str, Any], *, default_zone: str) -> Question:
    """Raises BadInputError for what no question can hold."""
    zone = zone_of(given, default=default_zone)
    _check_periods(given["start"], given["end"], given["grain"], zone)
    return Question(
        metric=checked_text("metric", given["metric"]),
        definition=given["definition"],
        start=given["start"],
        end=given["end"],
        grain=given["grain"].value,
        by=_different("by", given["by"] or []),
        where=_values_by_dimension(given["where"] or []),
        as_of=_moment(given["as_of"], zone),
        known_at=_moment(given["known_at"], zone),
        position=checked_position("position", given["position"]),
        zone=zone.key,
        day_start=_time_of_day(given["day_start"]),
        fill_gaps=given["fill_gaps"],
        tree=given["tree"].value,
    )


def zone_of(given: dict[str, Any], *, default: str) -> ZoneInfo:
    name = given["time_zone"] or default
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UnknownZone(asked=name) from error


def _moment(given: DayOrMoment | None, zone: ZoneInfo) -> datetime | None:
    return None if given is None else moment(given, zone=zone)


def _time_of_day(given: str | None) -> timedelta:
    if given is None:
        return timedelta(0)
    if not (matched := TIME_OF_DAY.fullmatch(given)):
        raise BadInputError(f"`dayStart` is {given!r}; give HH:MM", argument="dayStart")
    return timedelta(hours=int(matched[1]), minutes=int(matched[2]))


def _check_periods(start: DayOrMoment, end: DayOrMoment, grain: Grain, zone: ZoneInfo) -> None:
    """More periods than rows can be asked for; this is known before anything is read."""
    length = moment(end, zone=zone) - moment(start, zone=zone)
    if grain in SHORTEST and length // SHORTEST[grain] > MOST_PERIODS:
        message = f"{length.days:,} days hold more than {MOST_PERIODS:,} periods: ask for a coarser grain"
        raise BadInputError(message, argument="grain")


def _different(argument_name: str, names: list[str]) -> tuple[str, ...]:
    if len(set(names)) < len(names) or len(names) > MOST_DIMENSIONS:
        message = f"`{argument_name}` is {', '.join(names)}: give up to {MOST_DIMENSIONS}, each once"
        raise BadInputError(message, argument=argument_name)
    return tuple(checked_text(argument_name, name) for name in names)


def _values_by_dimension(filters: list[DimensionFilter]) -> dict[str, list[str]]:
    names = _different("where", [one.dimension for one in filters])
    values = [[checked_text("where", value) for value in one.values] for one in filters]
    return dict(zip(names, values, strict=True))
