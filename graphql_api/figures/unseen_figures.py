"""What of a printed figure may be audited by who may not see the people that it counts."""

from dataclasses import replace
from datetime import datetime

from graphql_api.access.limited_reads import ForbiddenError
from graphql_api.access.people_told_of import people_told_of, sees_people
from graphql_api.access.small_cells import FEWEST_TOLD
from projections.metrics.answer import answer
from projections.metrics.audit.statements import Figure
from projections.metrics.definitions import METRICS
from projections.metrics.question import Question
from projections.metrics.source import FactSource


def check_unseen(source: FactSource, figure: Figure, asked: Question, *, role: str, now: datetime) -> bool:
    """Whether the figure is about people whom the role may not see; `asked` is of its time and moment.

    Of these only what all of them together are is audited. Raises ForbiddenError for a figure of a group or a
    change, whose verdict would tell of a few, and for one that is of a few.
    """
    definitions = [one for one in METRICS if asked.metric in (one.metric, one.name)]
    unseen = [one for one in definitions if not sees_people(role, one, asked)]
    if unseen and (figure.where or figure.whole or "change" in figure.claim):
        raise ForbiddenError(
            f"{asked.metric} counts people whom {role} may not see: leave out `where`, `whole` and changes"
        )
    for definition in unseen:
        named = replace(asked, metric=definition.metric, definition=definition.id)
        for found in answer(source, named, now=now):
            if 0 < people_told_of(found, definition, named) < FEWEST_TOLD:
                raise ForbiddenError(
                    f"{asked.metric} is here of fewer than {FEWEST_TOLD} people, whom {role} may not see"
                )
    return bool(unseen)
