"""Every number opened up: the rows behind the values of a metric, counted or not, and why not."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from graphql_api.access.rows import Limits, limited_rows_question, without_other_streams
from graphql_api.arguments import argument, checked_count
from graphql_api.figures.events_behind import MOST_OPENED, EventBehind, events_behind
from graphql_api.figures.extent import check_extent
from graphql_api.figures.questions import one_metric, question_of
from graphql_api.figures.remarks import note_questions, remarks_on
from graphql_api.lists.read_model import MOST_ROWS, MOST_SKIPPED, ROWS_BY_DEFAULT
from graphql_api.lists.selected_fields import selected_names
from graphql_api.request_context import RequestContext
from graphql_api.scalars import BigInt, Json
from graphql_api.told import told
from graphql_api.tuple_rows import TupleRows
from projections.metrics.definitions import find_definition
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
    other_stream: str | None = told("Another stream that a derived row looked at.")
    events: list[EventBehind] = told("The events that made the row, and those of the other stream, in order.")


COLUMNS = tuple(ExplainedRow.__annotations__)


class Explanation(FieldExtension):
    """Gives a root field of type `list[ExplainedRow]` its arguments and its rows."""

    def apply(self, field: StrawberryField) -> None:
        limit = "How many rows at most: up to 10,000, up to 1,000 with their events."
        field.arguments = [
            *one_metric(),
            argument("limit", int, limit, default=ROWS_BY_DEFAULT),
            argument("offset", int, "How many rows to skip, up to 100,000.", default=0),
        ]

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext], **given: Any
    ) -> Awaitable[TupleRows[ExplainedRow]]:
        return self._rows(info, given)

    async def _rows(
        self, info: strawberry.Info[RequestContext], given: dict[str, Any]
    ) -> TupleRows[ExplainedRow]:
        is_opened = "events" in selected_names(info)
        limit = checked_count("limit", given["limit"], most=MOST_OPENED if is_opened else MOST_ROWS)
        offset = checked_count("offset", given["offset"], most=MOST_SKIPPED)
        with info.context.notes.noting(str(info.path.key), limit=limit) as note:
            limits, role, now = await info.context.access.limits(), info.context.caller.role, info.context.now
            ask = partial(_explained, given, limits=limits, role=role, now=now, is_opened=is_opened)
            page, shown, question, note.remarks = await info.context.services.ask_facts(ask)
            note.shows(shown.height, of=page.total, offset=offset)
            note.position = page.position
            info.context.looks.read("explain", shown.height)
            note.definitions = (find_definition(question.metric, question.definition).name,)
            note_questions(note, [question], now=info.context.now)
        return TupleRows(ExplainedRow, columns=COLUMNS, tuples=shown.rows())


def _explained(  # noqa: PLR0913 - what is asked, and who asks when
    given: dict[str, Any],
    facts: StoredFacts,
    *,
    limits: Limits | None,
    role: str,
    now: datetime,
    is_opened: bool,
) -> tuple[Page, pl.DataFrame, Question, tuple[str, ...]]:
    """The page, its rows as they are shown, the question, and what must be known of it."""
    question = limited_rows_question(question_of(given, default_zone=facts.zone), limits, role=role)
    check_extent(question, metrics=1)
    page = explain(facts, question, now=now, offset=given["offset"], limit=given["limit"])
    page = replace(page, rows=without_other_streams(page.rows, limits))
    events = events_behind(facts.log, page, question) if is_opened else [[]] * page.rows.height
    return page, _shown(page.rows, question, events), question, remarks_on(facts, [question], now=now)


def _shown(rows: pl.DataFrame, question: Question, events: list[list[EventBehind]]) -> pl.DataFrame:
    dimensions = {name: group_column(name) for name in question.by}
    values = [pl.col(column) for column in dimensions.values()] + [pl.lit(None, pl.String)] * 3
    held = rows.select(pl.col(column).alias(name) for name, column in dimensions.items())
    groups = held.to_dicts() if dimensions else [{}] * rows.height
    named = {f"dimension{place}": value for place, value in enumerate(values[:3], start=1)}
    return rows.with_columns(
        pl.col("role").cast(pl.String),
        pl.Series("dimensions", groups, dtype=pl.Object),
        pl.Series("events", events, dtype=pl.Object),
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
