"""What limited callers are told of figures, and of rows in memory: of their own units and customers alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import polars as pl

from graphql_api.access.limited_reads import ForbiddenError, cannot_be_limited
from graphql_api.access.reach import Reach, RowScope
from graphql_api.access.readers import readers_of_fact, readers_of_view
from projections.facts import SPECS
from projections.metrics.askable import SEGMENT, can_be_asked, is_held_whole, root_of
from projections.metrics.composites import ATTAINMENT, NAMED_BY, SCORE_CARD
from projections.metrics.definition import MetricDefinition
from projections.metrics.definitions import definitions_of, find_definition
from projections.metrics.measures import stored_facts_of
from projections.metrics.question import Question
from projections.storage.row_security import Owner, RowLimits
from projections.views.segments.day_views import SEGMENT_MEMBERS

UNIT, CUSTOMER = "unit", "customer_id"


@dataclass(frozen=True, slots=True)
class Limits:
    """What limits a caller, and how far that reaches today."""

    scope: RowScope
    reach: Reach


def limited_question(question: Question, limits: Limits | None, *, is_ruled: bool = False) -> Question:
    """The question about the caller's units and customers alone; unchanged without limits.

    `is_ruled`: a ruling may choose any definition of the metric. Raises ForbiddenError for a definition that
    cannot be limited. An account manager is told figures of all customers as everybody is, but those by
    customer, or of a segment, of their own customers alone.
    """
    if limits is None:
        return question
    definitions = definitions_of(question.metric) if is_ruled else (_definition(question, limits),)
    if limits.reach.units is not None:
        question = _narrowed(question, UNIT, limits.reach.units, limits, definitions)
    if limits.reach.customers is not None and _is_by_customer(question):
        question = _narrowed(question, CUSTOMER, limits.reach.customers, limits, definitions)
    return question


def limited_rows_question(question: Question, limits: Limits | None, *, role: str) -> Question:
    """The same, where the rows behind the figure are shown: an account manager's are of their own customers.

    Raises ForbiddenError where the role may not read the rows of a fact behind it, or see whom a segment
    holds: nothing of a row that stands for a person can be withheld but the row.
    """
    definition = _definition(question, limits)
    if SEGMENT in question.where and role not in readers_of_view(SEGMENT_MEMBERS):
        raise ForbiddenError(f"The rows of a segment's members are shown to who may list them, not to {role}")
    for fact in sorted(stored_facts_of(definition.measures)):
        if role not in readers_of_fact(SPECS[fact]):
            message = f"The rows behind {definition.name} are rows of {fact}, which {role} may not read"
            raise ForbiddenError(message)
    question = limited_question(question, limits)
    if limits is not None and limits.reach.customers is not None:
        question = _narrowed(question, CUSTOMER, limits.reach.customers, limits, [definition])
    return question


def limited_frame(rows: pl.DataFrame, columns: RowLimits, limits: Limits | None) -> pl.DataFrame:
    """The rows that the policies of their table would let through; ForbiddenError where it has none."""
    if limits is None:
        return rows
    if limits.reach.units is not None and not columns.is_open_to_unit_readers:
        rows = rows.filter(_is_one_of(columns.unit, limits.reach.units, limits))
    if limits.reach.customers is not None and not columns.is_open_to_customer_readers:
        rows = rows.filter(_is_one_of(columns.customer, limits.reach.customers, limits))
    return rows


def without_other_streams(rows: pl.DataFrame, limits: Limits | None) -> pl.DataFrame:
    """Rows behind a figure without what they looked at besides: nothing says whose that is."""
    if limits is None or "other_stream" not in rows.columns:
        return rows
    return rows.with_columns(other_stream=pl.lit(None, pl.String))


def _narrowed(
    question: Question,
    dimension: str,
    allowed: Sequence[str],
    limits: Limits,
    definitions: Sequence[MetricDefinition],
) -> Question:
    for definition in definitions:
        if not can_be_asked(definition, dimension, as_filter=True) or is_held_whole(definition, dimension):
            raise cannot_be_limited(limits.scope)
    asked = question.where.get(dimension)
    kept = allowed if asked is None else [one for one in asked if one in frozenset(allowed)]
    return replace(question, where={**question.where, dimension: list(kept)})


def _definition(question: Question, limits: Limits | None) -> MetricDefinition:
    """Raises QuestionError for what there is not, and ForbiddenError for a score card: its parts are many."""
    metric = question.metric
    if metric == SCORE_CARD and limits is not None:
        raise cannot_be_limited(limits.scope)
    if metric == ATTAINMENT:
        metric = next((name for name in question.where.get(NAMED_BY[metric], ()) if name), metric)
    return find_definition(metric, question.definition)


def _is_by_customer(question: Question) -> bool:
    named: Collection[str] = {*question.by, *question.where}
    return any(name in {CUSTOMER, SEGMENT} or root_of(name) == CUSTOMER for name in named)


def _is_one_of(owner: Owner | None, allowed: Sequence[str], limits: Limits) -> pl.Expr:
    if owner is None:
        raise cannot_be_limited(limits.scope)
    ids = pl.Series([owner.prefix + one for one in allowed], dtype=pl.String)
    return pl.col(owner.column).is_in(ids.implode())
