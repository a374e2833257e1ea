"""What is asked of metrics, from GraphQL's arguments to the questions that projections answer."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from strawberry.types.arguments import StrawberryArgument

from graphql_api.arguments import argument, checked_position, checked_text
from graphql_api.coded_errors import BadInputError
from graphql_api.figures.extent import check_extent, check_periods
from graphql_api.figures.words import DimensionFilter, Grain, UnitTreeOf
from graphql_api.scalars import YEARS, BigInt, DayOrMoment
from projections.metrics.askable import SEGMENT
from projections.metrics.composites import COMPOSITES, NAMED_BY
from projections.metrics.definitions import find_definition
from projections.metrics.errors import UnknownZone
from projections.metrics.periods import moment
from projections.metrics.question import Question

MOST_METRICS = 20
MOST_DIMENSIONS = 6
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")

METRIC = "The metric's name, with a definition after a dot if not its first; `metricCatalogue` lists all."


def one_metric() -> list[StrawberryArgument]:
    return [argument("metric", str, METRIC), *question_arguments()]


def several_metrics() -> list[StrawberryArgument]:
    several = "Up to 20 metrics asked alike, each as in `metric`, which is then left out."
    return [
        argument("metric", str | None, METRIC, default=None),
        argument("metrics", list[str] | None, several, default=None),
        *question_arguments(),
    ]


def question_arguments() -> list[StrawberryArgument]:
    return [
        argument("definition", str | None, "The definition's id; else the metric's first.", default=None),
        *period_arguments(),
        argument("grain", Grain, "How the stretch is cut.", default=Grain.TOTAL),
        argument("by", list[str] | None, "Dimensions to group by, up to six.", default=None),
        argument("where", list[DimensionFilter] | None, "Only rows that pass all of these.", default=None),
        argument(
            "segment",
            str | None,
            "Only customers who were in this saved segment when the local day of the row ended.",
            default=None,
        ),
        argument(
            "segment_day",
            date | None,
            "With `segment`: those who were in it at the end of this day, whatever day a row is of.",
            default=None,
        ),
        *moment_arguments(),
        argument("time_zone", str | None, "An IANA name; else the organisation's zone.", default=None),
        argument("day_start", str | None, "When a day begins, as HH:MM; else midnight.", default=None),
        argument("tree", UnitTreeOf, "Whose unit tree is followed.", default=UnitTreeOf.PERIOD_END),
        argument("fill_gaps", bool, "Also periods in which there is nothing.", default=False),
    ]


def period_arguments() -> list[StrawberryArgument]:
    return [
        argument("start", datetime, "The first day, or moment, that counts.", name="from"),
        argument("end", datetime, "The first day, or moment, that no longer counts: half-open.", name="to"),
    ]


def moment_arguments() -> list[StrawberryArgument]:
    return [
        argument("as_of", datetime | None, "Only what had happened before this; else now.", default=None),
        argument("known_at", datetime | None, "Only what we had been told before this.", default=None),
        argument("position", BigInt | None, "Only the log up to here: the same for ever.", default=None),
    ]


def questions_of(given: dict[str, Any], *, default_zone: str) -> list[Question]:
    """One question per metric, in the order of naming; raises BadInputError for what no question can hold."""
    names = _metrics(given)
    shared = question_of({**given, "metric": names[0]}, default_zone=default_zone)
    check_extent(shared, metrics=len(names))
    return [of_what_is_named(replace(shared, metric=name)) for name in names]


def of_what_is_named(question: Question) -> Question:
    """`scorecard.service` is the score card `service`: a composite is of what stands after the dot."""
    metric, _, name = question.metric.partition(".")
    if metric not in COMPOSITES or not name:
        return question
    return replace(question, metric=metric, where={**question.where, NAMED_BY[metric]: [name]})


def question_of(given: dict[str, Any], *, default_zone: str) -> Question:
    """Raises BadInputError for what no question can hold."""
    zone = zone_of(given, default=default_zone)
    check_periods(given["start"], given["end"], given["grain"], zone)
    return Question(
        metric=checked_text("metric", given["metric"]),
        definition=given["definition"],
        start=given["start"],
        end=given["end"],
        grain=given["grain"].value,
        by=_different("by", given["by"] or []),
        where=_where(given),
        as_of=moment_of(given["as_of"], zone),
        known_at=moment_of(given["known_at"], zone),
        position=checked_position("position", given["position"]),
        zone=zone.key,
        day_start=time_of_day(given["day_start"]),
        fill_gaps=given["fill_gaps"],
        tree=given["tree"].value,
        members_on=_segment_day(given),
    )


def zone_of(given: dict[str, Any], *, default: str) -> ZoneInfo:
    name = given["time_zone"] or default
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UnknownZone(asked=name) from error


def moment_of(given: DayOrMoment | None, zone: ZoneInfo) -> datetime | None:
    return None if given is None else moment(given, zone=zone)


def time_of_day(given: str | None) -> timedelta:
    if given is None:
        return timedelta(0)
    if not (matched := TIME_OF_DAY.fullmatch(given)):
        raise BadInputError(f"`dayStart` is {given!r}; give HH:MM", argument="dayStart")
    return timedelta(hours=int(matched[1]), minutes=int(matched[2]))


def values_by_dimension(argument_name: str, filters: list[DimensionFilter]) -> dict[str, list[str | None]]:
    names = _different(argument_name, [one.dimension for one in filters])
    values = [
        [None if value is None else checked_text(argument_name, value) for value in one.values]
        for one in filters
    ]
    return dict(zip(names, values, strict=True))


def _metrics(given: dict[str, Any]) -> list[str]:
    one, several = given["metric"], given["metrics"]
    if (one is None) == (several is None):
        raise BadInputError("give `metric`, or `metrics`, and not both", argument="metrics")
    names = [one] if several is None else several
    if not 0 < len(names) <= MOST_METRICS or len(set(map(_full_name, names))) < len(names):
        message = f"`metrics` names {len(names)}: give 1 to {MOST_METRICS}, each definition once"
        raise BadInputError(message, argument="metrics")
    if given["definition"] is not None and len(names) > 1:
        message = "`definition` is of one metric: of several write it after a dot, as answer_rate.agent"
        raise BadInputError(message, argument="definition")
    return names


def _full_name(name: str) -> str:
    """As the definition is called, whether it was named or is the first; as it is where there is none."""
    try:
        return find_definition(name, None).name
    except ValueError:
        return name


def _where(given: dict[str, Any]) -> dict[str, list[str | None]]:
    where = values_by_dimension("where", given["where"] or [])
    if given["segment"] is None:
        return where
    if SEGMENT in where:
        raise BadInputError("give `segment` once: as an argument or in `where`", argument="segment")
    return {**where, SEGMENT: [checked_text("segment", given["segment"])]}


def _segment_day(given: dict[str, Any]) -> date | None:
    day: date | None = given["segment_day"]
    if day is None:
        return None
    if given["segment"] is None:
        raise BadInputError("`segmentDay` is of a `segment`: name it", argument="segmentDay")
    if day.year not in YEARS:
        raise BadInputError(f"years {YEARS[0]} to {YEARS[-1]} can be asked for", argument="segmentDay")
    return day


def _different(argument_name: str, names: list[str]) -> tuple[str, ...]:
    if len(set(names)) < len(names) or len(names) > MOST_DIMENSIONS:
        message = f"`{argument_name}` is {', '.join(names)}: give up to {MOST_DIMENSIONS}, each once"
        raise BadInputError(message, argument=argument_name)
    return tuple(checked_text(argument_name, name) for name in names)
