"""Metrics as flat rows: one row per period and group, with everything that the value rests on."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from graphql_api.arguments import argument, checked_count
from graphql_api.lists.read_model import MOST_ROWS
from graphql_api.metric_questions import metric_arguments, question_of
from graphql_api.request_context import RequestContext
from graphql_api.scalars import BigInt, Json
from graphql_api.told import told
from graphql_api.tuple_rows import TupleRows
from projections.metrics.answer import Answer, answer
from projections.metrics.periods import moment
from projections.metrics.question import Question
from projections.storage.reader import StoredFacts


@strawberry.type(description="One metric over one period and one group.")
class MetricValue:
    metric: str = told("The metric.")
    definition: str = told("The id of the definition that was used.")
    period_start: date = told("The local day on which the period begins.")
    period_end: date = told("The local day on which it is over: half-open. Within a day, that day.")
    starts_at: datetime = told("The moment at which the period begins, with its offset.")
    ends_at: datetime = told("The moment at which it is over: half-open.")
    dimensions: Json = told("The group: an object of values by dimension.")
    dimension1: str | None = told("The value of the first dimension grouped by.")
    dimension2: str | None = told("The value of the second.")
    dimension3: str | None = told("The value of the third.")
    numerator: Decimal | None = told("What is counted; null where there is no data yet.")
    denominator: Decimal | None = told("Out of what; null where the definition has none, or none is known.")
    value: float | None = told("scale × numerator / denominator, divided once and last; 0/0 is null.")
    unit: str = told("The unit of the value.")
    n: BigInt = told("How many fact rows stand behind the denominator, or the numerator if there is none.")
    mature: bool = told("Whether nothing that is still to come can change it.")
    matures_on: date | None = told("The local day on which it will be; null if it is.")
    left_out: BigInt = told("How many rows are left out because they are not ripe yet.")
    position: BigInt = told("The log was told up to here; asked at it, the value is the same for ever.")


COLUMNS = tuple(MetricValue.__annotations__)


class MetricValues(FieldExtension):
    """Gives a root field of type `list[MetricValue]` its arguments and its rows."""

    def apply(self, field: StrawberryField) -> None:
        limit = argument("limit", int, "How many rows at most, up to 10,000.", default=MOST_ROWS)
        field.arguments = [*metric_arguments(), limit]

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext], **given: Any
    ) -> Awaitable[TupleRows[MetricValue]]:
        return self._values(info, given)

    async def _values(
        self, info: strawberry.Info[RequestContext], given: dict[str, Any]
    ) -> TupleRows[MetricValue]:
        def ask(facts: StoredFacts) -> tuple[Question, list[Answer]]:
            question = question_of(given, default_zone=facts.zone)
            return question, answer(facts, question, now=info.context.now)

        limit = checked_count("limit", given["limit"], most=MOST_ROWS)
        with info.context.notes.noting(str(info.path.key), limit=limit) as note:
            question, answers = await info.context.services.ask_facts(ask)
            rows = [_row(one, question) for one in answers[:limit]]
            note.row_count, note.is_truncated, note.total = len(rows), len(answers) > limit, len(answers)
            note.position = answers[0].position if answers else None
        return TupleRows(MetricValue, columns=COLUMNS, tuples=rows)


def _row(told: Answer, question: Question) -> tuple[Any, ...]:
    starts_at, ends_at = (_moment(end, question) for end in (told.period_start, told.period_end))
    values = [*told.by.values(), None, None, None][:3]
    return (
        told.metric,
        told.definition,
        _local_day(told.period_start),
        _local_day(told.period_end),
        starts_at,
        ends_at,
        dict(told.by),
        *values,
        told.numerator,
        told.denominator,
        told.value,
        told.unit,
        told.n,
        told.mature,
        told.matures_on,
        told.left_out,
        told.position,
    )


def _local_day(end: date | datetime) -> date:
    return end.date() if isinstance(end, datetime) else end


def _moment(end: date | datetime, question: Question) -> datetime:
    zone = ZoneInfo(question.zone or "UTC")
    return moment(end, zone=zone, day_start=question.day_start).astimezone(zone)
