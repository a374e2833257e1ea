"""What projections refuse to answer, said with a code and the argument that it is about."""

from graphql import GraphQLError

from graphql_api.coded_errors import BAD_USER_INPUT, NOTHING_PROJECTED, BadInputError
from projections.metrics.errors import (
    DimensionCannotBeAsked,
    EmptyPeriod,
    QuestionError,
    UnknownDefinition,
    UnknownMetric,
    UnknownZone,
)
from projections.metrics.unit_tree import UnknownUnitKind
from projections.storage.reader import NothingProjected, PositionNotReached
from projections.views.refresh import DayNotOver

REFUSALS = (QuestionError, PositionNotReached, NothingProjected, DayNotOver)

ARGUMENTS: dict[type[Exception], str] = {
    UnknownMetric: "metric",
    UnknownDefinition: "definition",
    DimensionCannotBeAsked: "by",
    UnknownUnitKind: "by",
    UnknownZone: "timeZone",
    EmptyPeriod: "to",
    PositionNotReached: "position",
    DayNotOver: "day",
}


def coded_refusal(refusal: Exception) -> GraphQLError:
    """One of REFUSALS as the error that the caller is given."""
    if isinstance(refusal, NothingProjected):
        return nothing_projected()
    if argument := ARGUMENTS.get(type(refusal)):
        return BadInputError(str(refusal), argument=argument)
    return GraphQLError(str(refusal), extensions={"code": BAD_USER_INPUT})


def nothing_projected() -> GraphQLError:
    return GraphQLError(str(NothingProjected()), extensions={"code": NOTHING_PROJECTED})
