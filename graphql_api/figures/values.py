"""The root field of metrics: several asked alike, in one snapshot, as flat rows in a chosen order."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graphql_api.access.rows import Limits, limited_question
from graphql_api.arguments import argument, checked_count
from graphql_api.coded_errors import BadInputError
from graphql_api.figures.questions import questions_of, several_metrics
from graphql_api.figures.remarks import note_questions, remarks_on, remarks_on_withheld
from graphql_api.figures.value_rows import COLUMNS, OF_TARGETS, MetricValue, value_row
from graphql_api.figures.withheld_values import Viewer
from graphql_api.figures.words import Against, Ruling, ValueOrder
from graphql_api.lists.read_model import MOST_ROWS, MOST_SKIPPED
from graphql_api.lists.selected_fields import selected_names
from graphql_api.request_context import RequestContext
from graphql_api.tuple_rows import TupleRows
from projections.metrics.beside import Beside
from projections.metrics.composites import ask_any
from projections.metrics.question import Question
from projections.storage.reader import StoredFacts

Row = tuple[Any, ...]
Values = tuple[list[Row], list[Question], tuple[str, ...]]
"""The rows in order, the questions that they answer, and what must be known of them."""

ID, STARTS_AT, VALUE, METRIC, DEFINITION, POSITION = (
    COLUMNS.index(name) for name in ("id", "starts_at", "value", "metric", "definition", "position")
)
ORDERS: dict[ValueOrder, tuple[Callable[[Row], Any], ...]] = {
    ValueOrder.PERIOD_ASC: (),
    ValueOrder.PERIOD_DESC: (lambda row: -row[STARTS_AT].timestamp(),),
    ValueOrder.VALUE_ASC: (lambda row: (row[VALUE] is None, row[VALUE] or 0),),
    ValueOrder.VALUE_DESC: (lambda row: (row[VALUE] is None, -(row[VALUE] or 0)),),
}


class MetricValues(FieldExtension):
    """Gives a root field of type `list[MetricValue]` its arguments and its rows."""

    def apply(self, field: StrawberryField) -> None:
        field.arguments = value_arguments()

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext], **given: Any
    ) -> Awaitable[TupleRows[MetricValue]]:
        return self._values(info, given)

    async def _values(
        self, info: strawberry.Info[RequestContext], given: dict[str, Any]
    ) -> TupleRows[MetricValue]:
        limit = checked_count("limit", given["limit"], most=MOST_ROWS)
        offset = checked_count("offset", given["offset"], most=MOST_SKIPPED)
        # Noted before anything is awaited, so that `meta` beside it knows that there is a list to wait for.
        with info.context.notes.noting(str(info.path.key), limit=limit) as note:
            ask = await values_asked(given, info.context, names=selected_names(info))
            rows, questions, note.remarks = await info.context.services.ask_facts(ask)
            first = place_after(rows, given["after"]) + offset
            page = rows[first : first + limit]
            note.shows(len(page), of=len(rows), offset=first)
            note.position = min((row[POSITION] for row in rows), default=None)
            note.definitions = tuple(dict.fromkeys(f"{row[METRIC]}.{row[DEFINITION]}" for row in rows))
            note_questions(note, questions, now=info.context.now)
        return TupleRows(MetricValue, columns=COLUMNS, tuples=page)


def value_arguments() -> list[StrawberryArgument]:
    order = "The order of the rows."
    return [
        *several_metrics(),
        argument("compare", Against | None, "What each value stands beside.", default=None),
        argument(
            "ruling",
            Ruling | None,
            "Which ruling chooses the definition; else the named one, or the first, is carried through.",
            default=None,
        ),
        argument("order_by", ValueOrder, order, default=ValueOrder.PERIOD_ASC),
        argument("limit", int, "How many rows at most, up to 10,000.", default=MOST_ROWS),
        argument("offset", int, "How many rows to skip, up to 100,000.", default=0),
        argument("after", str | None, "The `id` of the row behind which to begin.", default=None),
    ]


async def values_asked(
    given: dict[str, Any], context: RequestContext, *, names: set[str]
) -> Callable[[StoredFacts], Values]:
    """What the facts are asked; `names` are the fields that are wanted."""
    limits, role = await context.access.limits(), context.caller.role
    return partial(_values_of, given, names=names, limits=limits, role=role, now=context.now)


def _values_of(  # noqa: PLR0913 - what is asked, by whom and when, by name
    given: dict[str, Any],
    facts: StoredFacts,
    *,
    names: set[str],
    limits: Limits | None,
    role: str,
    now: datetime,
) -> Values:
    questions = [
        limited_question(one, limits, is_ruled=given["ruling"] is not None)
        for one in questions_of(given, default_zone=facts.zone)
    ]
    beside = Beside(
        ruling=given["ruling"] and given["ruling"].value,
        against=given["compare"] and given["compare"].value,
        targets=bool(names & OF_TARGETS),
        breaks="breaks" in names,
    )
    answers = [(question, ask_any(facts, question, beside, now=now)) for question in questions]
    told = Viewer(role=role, now=now).told_to(facts, answers, against=beside.against)
    rows = [
        value_row(one, question) for question, found in zip(questions, told, strict=True) for one in found
    ]
    remarks = (*remarks_on(facts, questions, now=now), *remarks_on_withheld(told))
    return _ordered(rows, given["order_by"]), questions, remarks


def _ordered(rows: list[Row], order: ValueOrder) -> list[Row]:
    """Each sort keeps the order of what is equal: that of the metrics, and within one of its groups."""
    for key in (lambda row: row[STARTS_AT], *ORDERS[order]):
        rows.sort(key=key)
    return rows


def place_after(rows: Sequence[Row], after: str | None) -> int:
    if after is None:
        return 0
    for place, row in enumerate(rows, start=1):
        if row[ID] == after:
            return place
    message = f"no row has the id {after!r}: page through an answer at one `position`, asked the same way"
    raise BadInputError(message, argument="after")
