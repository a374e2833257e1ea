"""How many people a metric's answer tells of, and who may see these people anyway."""

from collections.abc import Mapping
from functools import cache

from graphql_api.access.readers import READERS_OF_STREAMS, readers_of_view
from projections.metrics.answer import Answer
from projections.metrics.answer_rows import counting
from projections.metrics.askable import SEGMENT, columns_of
from projections.metrics.definition import MetricDefinition, Terms
from projections.metrics.measures import DAYS, fact_of, measure_named
from projections.metrics.question import Question
from projections.views.segments.day_views import SEGMENT_MEMBERS

PERSONS: Mapping[str, frozenset[str]] = {
    "member": frozenset({"member", "member_id"}),
    "customer": frozenset({"customer", "customer_id"}),
}
"""By the stream that a person is told on, the columns that name one: the first that a fact has counts."""
NAMING_PERSONS = frozenset[str]().union(*PERSONS.values())


def sees_people(role: str, definition: MetricDefinition, question: Question) -> bool:
    """Whether a role may see the people whom a question about a definition counts, one by one.

    Those of a segment are seen by who may list its members.
    """
    if SEGMENT in question.where and role not in readers_of_view(SEGMENT_MEMBERS):
        return False
    kinds = {person_of(fact_of(name)) for name in definition.measures}
    return all(role in READERS_OF_STREAMS[kind] for kind in kinds if kind is not None)


@cache
def person_of(fact: str) -> str | None:
    """The stream of the people whom the rows of a fact name; None for rows about nobody."""
    columns = frozenset[str]() if fact == DAYS else columns_of(fact)
    return next((kind for kind, names in PERSONS.items() if names & columns), None)


def people_told_of(answer: Answer, definition: MetricDefinition, question: Question) -> int:
    """The fewest people, but nobody, of whom some figure of the answer is; a row stands for a person.

    The figures are those behind the value, those counted, and those whom a share leaves. An amount that comes
    without their number counts as one person's, and so does a group that is a person.
    """
    counts = [abs(count) for count in _counts(answer, definition) if count]
    if not counts:
        return 0
    if NAMING_PERSONS & set(question.by) and any(answer.by[name] for name in NAMING_PERSONS & set(answer.by)):
        return 1
    asked_for = [question.where[name] for name in NAMING_PERSONS & set(question.where)]
    return min([*counts, *(len(names) for names in asked_for if names and None not in names)])


def _counts(answer: Answer, definition: MetricDefinition) -> list[int]:
    above, below = answer.numerator, answer.denominator
    found = [answer.n] if _is_of_people(counting(definition)) else []
    if above is not None and _is_count(definition.numerator):
        found.append(int(above))
        if below is not None and definition.denominator and _is_count(definition.denominator):
            found.append(int(below - above))
    return found or [int(bool(answer.n or above))]


def _is_of_people(terms: Terms) -> bool:
    return any(person_of(fact_of(name)) for _, name in terms)


def _is_count(terms: Terms) -> bool:
    """Whether a side is a number of rows about people."""
    return all(person_of(fact_of(name)) and measure_named(name).amount is None for _, name in terms)
