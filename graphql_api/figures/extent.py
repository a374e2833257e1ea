"""How many values a question may have, told before anything is read: periods, metrics and groups."""

from datetime import timedelta
from math import prod
from zoneinfo import ZoneInfo

from graphql_api.coded_errors import BadInputError
from graphql_api.figures.words import Grain
from graphql_api.scalars import DayOrMoment
from projections.metrics.periods import moment
from projections.metrics.question import Question

MOST_PERIODS = 10_000
MOST_VALUES = 250_000
"""Periods, metrics and groups multiplied: some five seconds' work."""
GROUPS_OF_A_DIMENSION, MOST_SUPPOSED = 10, 3
GROUPS_OF_PERSONS = {"customer_id": 10_000, "agent_id": 300}

SHORTEST = {
    Grain.HOUR: timedelta(hours=1),
    Grain.DAY: timedelta(hours=23),
    Grain.WEEK: timedelta(days=7, hours=-1),
    Grain.MONTH: timedelta(days=28, hours=-1),
    Grain.QUARTER: timedelta(days=90, hours=-1),
    Grain.YEAR: timedelta(days=365, hours=-1),
}


def check_periods(start: DayOrMoment, end: DayOrMoment, grain: Grain, zone: ZoneInfo) -> None:
    """Raises BadInputError for more periods than rows can be asked for."""
    if periods_within(start, end, grain, zone) > MOST_PERIODS:
        days = (moment(end, zone=zone) - moment(start, zone=zone)).days
        message = f"{days:,} days hold more than {MOST_PERIODS:,} periods: ask for a coarser grain"
        raise BadInputError(message, argument="grain")


def check_extent(question: Question, *, metrics: int) -> None:
    """Raises BadInputError where periods, metrics and groups together are too many.

    How many values a dimension has is not known yet: ten are supposed, or those that `where` keeps.
    """
    zone = ZoneInfo(question.zone or "UTC")
    periods = 1 + periods_within(question.start, question.end, Grain(question.grain), zone)
    groups = _groups(question)
    if periods * metrics * groups > MOST_VALUES:
        message = (
            f"{periods:,} periods, {metrics} metrics and some {groups:,} groups are more than "
            f"{MOST_VALUES:,} values: ask for a coarser grain, fewer dimensions, or name values in `where`"
        )
        raise BadInputError(message, argument="by")


def periods_within(start: DayOrMoment, end: DayOrMoment, grain: Grain, zone: ZoneInfo) -> int:
    """No fewer than the whole periods between two moments."""
    length = moment(end, zone=zone) - moment(start, zone=zone)
    return length // SHORTEST[grain] if grain in SHORTEST else 1


def _groups(question: Question) -> int:
    unnamed = [name for name in question.by if name not in question.where]
    others = sum(name not in GROUPS_OF_PERSONS for name in unnamed)
    counts = [len(question.where[name]) for name in question.by if name in question.where]
    counts += [GROUPS_OF_PERSONS.get(name, 1) for name in unnamed]
    return prod([*counts, *[GROUPS_OF_A_DIMENSION] * min(others, MOST_SUPPOSED)])
