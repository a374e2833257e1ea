"""What projections refuse to answer, said with a code and the argument that it is about."""

from graphql import GraphQLError

from graphql_api.coded_errors import BAD_USER_INPUT, NOTHING_PROJECTED, BadInputError
from projections.metrics.audit.printed import NoNumber
from projections.metrics.beside import RulingAndDefinition
from projections.metrics.composites import CompositeOfNothing
from projections.metrics.errors import (
    DimensionCannotBeAsked,
    EmptyPeriod,
    NotAboutCustomers,
    QuestionError,
    SegmentNotTold,
    TooManyPeriods,
    UnknownDefinition,
    UnknownMetric,
    UnknownZone,
    VolumeCutFiner,
)
from projections.metrics.score_cards import UnknownScoreCard
from projections.metrics.unit_tree import UnknownUnitKind
from projections.storage.reader import NothingProjected, PositionNotReached
from projections.views.refresh import DayNotOver

REFUSALS = (QuestionError, PositionNotReached, NothingProjected, DayNotOver)

ARGUMENTS: dict[type[Exception], str] = {
    UnknownMetric: "metric",
    UnknownDefinition: "definition",
    DimensionCannotBeAsked: "by",
    NotAboutCustomers: "segment",
    SegmentNotTold: "segment",
    RulingAndDefinition: "ruling",
    CompositeOfNothing: "where",
    UnknownScoreCard: "where",
    VolumeCutFiner: "grain",
    TooManyPeriods: "grain",
    NoNumber: "figure",
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
