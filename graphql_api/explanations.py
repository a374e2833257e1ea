"""Every number opened up: the rows behind the values of a metric, counted or not, and why not."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from graphql_api.arguments import argument, checked_count
from graphql_api.lists.read_model import MOST_ROWS, MOST_SKIPPED, ROWS_BY_DEFAULT
from graphql_api.metric_questions import metric_arguments, question_of
from graphql_api.request_context import RequestContext
from graphql_api.scalars import BigInt, Json
from graphql_api.told import told
from graphql_api.tuple_rows import TupleRows
from projections.metrics.explain import Page, explain
from projections.metrics.explained_roles import group_column
from projections.metrics.periods import moment
from projections.metrics.question import Question
from projections.storage.reader import StoredFacts


@strawberry.type(description="One row of a fact in one role behind a metric's value.")
class ExplainedRow:
    role: str = told("numerator, denominator, or excluded: it counts in neither.")
    reason: str | None = told("Why it does not count: in neither, or in the denominator alone.")
    fact: str = told("The fact that the row is of.")
    stream: strawberry.ID = told("The stream whose events made the row.")
    key: str = told("The row's key: the stream, and what else tells it from other rows, joined by |.")
    period_start: date = told("The local day on which its period begins.")
    starts_at: datetime = told("The moment at which its period begins, with its offset.")
    dimensions: Json = told("Its group: an object of values by dimension.")
    dimension1: str | None = told("The value of the first dimension grouped by.")
    dimension2: str | None = told("The value of the second.")
    dimension3: str | None = told("The value of the third.")
    contribution: Decimal = told("What it adds to its role; the contributions of a role are its figure.")
    divisor: BigInt = told("What its contribution is divided by: the stretches of a stock's mean, else 1.")
    event_time: datetime | None = told("The moment that gives its period.")
    first_position: BigInt = told("The position in the log of its first event.")
    last_position: BigInt = told("The position in the log of its last event.")


COLUMNS = tuple(ExplainedRow.__annotations__)


class Explanation(FieldExtension):
    """Gives a root field of type `list[ExplainedRow]` its arguments and its rows."""

    def apply(self, field: StrawberryField) -> None:
        field.arguments = [
            *metric_arguments(),
            argument("limit", int, "How many rows at most, up to 10,000.", default=ROWS_BY_DEFAULT),
            argument("offset", int, "How many rows to skip, up to 100,000.", default=0),
        ]

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext], **given: Any
    ) -> Awaitable[TupleRows[ExplainedRow]]:
        return self._rows(info, given)

    async def _rows(
        self, info: strawberry.Info[RequestContext], given: dict[str, Any]
    ) -> TupleRows[ExplainedRow]:
        limit = checked_count("limit", given["limit"], most=MOST_ROWS)
        offset = checked_count("offset", given["offset"], most=MOST_SKIPPED)

        def ask(facts: StoredFacts) -> tuple[Question, Page]:
            question = question_of(given, default_zone=facts.zone)
            return question, explain(facts, question, now=info.context.now, offset=offset, limit=limit)

        with info.context.notes.noting(str(info.path.key), limit=limit) as note:
            question, page = await info.context.services.ask_facts(ask)
            note.row_count, note.total, note.position = page.rows.height, page.total, page.position
            note.is_truncated = offset + page.rows.height < page.total
        return TupleRows(ExplainedRow, columns=COLUMNS, tuples=_shown(page.rows, question).rows())


def _shown(rows: pl.DataFrame, question: Question) -> pl.DataFrame:
    dimensions = {name: group_column(name) for name in question.by}
    values = [pl.col(column) for column in dimensions.values()] + [pl.lit(None, pl.String)] * 3
    held = rows.select(pl.col(column).alias(name) for name, column in dimensions.items())
    groups = held.to_dicts() if dimensions else [{}] * rows.height
    named = {f"dimension{place}": value for place, value in enumerate(values[:3], start=1)}
    return rows.with_columns(
        pl.col("role").cast(pl.String),
        pl.Series("dimensions", groups, dtype=pl.Object),
        pl.col("period_start").str.head(10).str.to_date(),
        pl.Series("starts_at", _moments(rows["period_start"], question), dtype=pl.Object),
        **named,
    ).select(COLUMNS)


def _moments(labels: pl.Series, question: Question) -> list[datetime]:
    """When each labelled period begins; a label is a local day or a moment with its offset."""
    zone = ZoneInfo(question.zone or "UTC")
    moments = {
        label: moment(_label(label), zone=zone, day_start=question.day_start).astimezone(zone)
        for label in labels.unique()
    }
    return [moments[label] for label in labels]


def _label(text: str) -> date | datetime:
    return date.fromisoformat(text) if len(text) == len("2026-01-31") else datetime.fromisoformat(text)
