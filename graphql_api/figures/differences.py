"""What moved a number between two moments of knowing: both answers, the rows that moved it, their events."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from graphql_api.access.rows import Limits, limited_rows_question, without_other_streams
from graphql_api.arguments import argument, checked_count
from graphql_api.coded_errors import BadInputError
from graphql_api.figures.events_behind import EventBehind, events_by_stream, read_events, told_between
from graphql_api.figures.extent import check_extent
from graphql_api.figures.questions import moment_of, one_metric, question_of, zone_of
from graphql_api.figures.remarks import note_questions, remarks_on
from graphql_api.figures.value_rows import local_day, moment_shown, row_id
from graphql_api.lists.read_model import MOST_SKIPPED
from graphql_api.request_context import RequestContext
from graphql_api.scalars import BigInt, Json
from graphql_api.told import told
from projections.metrics.answer_rows import Answer
from projections.metrics.difference import SHARE, Movement, moved_known_at, streams_of
from projections.metrics.question import Question
from projections.storage.reader import StoredFacts

MOST_DIFFERENCES, DIFFERENCES_BY_DEFAULT = 100, 20
MOST_MOVED, MOVED_BY_DEFAULT = 100, 20


@strawberry.type(description="One row of a fact that counts otherwise at the later moment.")
class MovedRow:
    role: str = told("numerator or denominator.")
    fact: str = told("The fact that the row is of.")
    stream: strawberry.ID = told("The stream whose events made the row.")
    other_stream: str | None = told("Another stream that a derived row looked at.")
    key: str = told("The row's key.")
    event_time: datetime | None = told("The moment that gives its period.")
    before: Decimal = told("What it added to its role at the earlier moment.")
    after: Decimal = told("What it adds at the later one.")
    change: Decimal = told("By how much that changed.")
    share_of_difference: float | None = told(
        "What it adds to the difference of the value: all of them add up to it; null for what is no quotient."
    )
    last_position: BigInt = told("The position of the last event that touched it.")
    events: list[EventBehind] = told("The events of its streams put on record between the two moments.")


@strawberry.type(description="One metric over one period and one group, as it was known at two moments.")
class MetricDifference:
    id: strawberry.ID = told("What tells this row from the others of the answer.")
    metric: str = told("The metric.")
    definition: str = told("The id of the definition that was used.")
    period_start: date = told("The local day on which the period begins.")
    period_end: date = told("The local day on which it is over: half-open.")
    starts_at: datetime = told("The moment at which the period begins, with its offset.")
    dimensions: Json = told("The group: an object of values by dimension.")
    value_before: float | None = told("The value as it was known at the earlier moment.")
    value_after: float | None = told("The value as it was known at the later one.")
    difference: float | None = told("By how much it moved; null where one of them has no value.")
    unit: str = told("The unit of the values.")
    numerator_before: Decimal | None = told("What was counted.")
    numerator_after: Decimal | None = told("What is counted.")
    denominator_before: Decimal | None = told("Out of what, then.")
    denominator_after: Decimal | None = told("Out of what.")
    position: BigInt = told("The log was told up to here.")
    moved_count: BigInt = told("How many rows count otherwise.")
    some_moved: strawberry.Private[list[MovedRow]]

    @strawberry.field(  # type: ignore[untyped-decorator] # Strawberry leaves it untyped
        description="These rows from `movedOffset` on, by role, time and stream."
    )
    def moved(
        self,
        limit: Annotated[int, strawberry.argument(description="How many at most, up to 100.")] = (
            MOVED_BY_DEFAULT
        ),
    ) -> list[MovedRow]:
        return self.some_moved[: checked_count("limit", limit, most=MOST_MOVED)]


class MetricDifferences(FieldExtension):
    """Gives a root field of type `list[MetricDifference]` its arguments and its rows."""

    def apply(self, field: StrawberryField) -> None:
        own = ("known_at",)
        field.arguments = [
            *(one for one in one_metric() if one.python_name not in own),
            argument("earlier", datetime, "What had been told before this moment is set beside"),
            argument("later", datetime, "what had been told before this one."),
            argument("limit", int, "How many periods and groups, up to 100.", default=DIFFERENCES_BY_DEFAULT),
            argument("offset", int, "How many of these to skip, up to 100,000.", default=0),
            argument("moved_offset", int, "How many moved rows to skip of each, up to 100,000.", default=0),
        ]

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext], **given: Any
    ) -> Awaitable[list[MetricDifference]]:
        return self._answer(info, given)

    async def _answer(
        self, info: strawberry.Info[RequestContext], given: dict[str, Any]
    ) -> list[MetricDifference]:
        limit = checked_count("limit", given["limit"], most=MOST_DIFFERENCES)
        offset = checked_count("offset", given["offset"], most=MOST_SKIPPED)
        checked_count("movedOffset", given["moved_offset"], most=MOST_SKIPPED)
        with info.context.notes.noting(str(info.path.key), limit=limit) as note:
            limits, role = await info.context.access.limits(), info.context.caller.role
            ask = partial(_asked, given, limits=limits, role=role, now=info.context.now)
            rows, total, question, note.remarks = await info.context.services.ask_facts(ask)
            note.shows(len(rows), of=total, offset=offset)
            info.context.looks.read("metricDifference", len(rows))
            note.position = rows[0].position if rows else None
            note.definitions = tuple(dict.fromkeys(f"{row.metric}.{row.definition}" for row in rows))
            note_questions(note, [question], now=info.context.now)
        return rows


def _asked(
    given: dict[str, Any], facts: StoredFacts, *, limits: Limits | None, role: str, now: datetime
) -> tuple[list[MetricDifference], int, Question, tuple[str, ...]]:
    """The first movements, how many there are, the question, and what must be known of it."""
    zone = zone_of(given, default=facts.zone)
    earlier, later = moment_of(given["earlier"], zone), moment_of(given["later"], zone)
    if earlier is None or later is None or earlier >= later:
        raise BadInputError("`earlier` must lie before `later`", argument="later")
    question = question_of({**given, "known_at": later}, default_zone=facts.zone)
    question = limited_rows_question(question, limits, role=role)
    check_extent(question, metrics=1)
    movements = [
        replace(one, rows=without_other_streams(one.rows, limits))
        for one in moved_known_at(facts, question, earlier, later, now=now)
    ]
    first = given["offset"]
    shown = [_in_part(one, given) for one in movements[first : first + given["limit"]]]
    position = min((_known(part).position for part, _ in shown), default=0)
    told_events = read_events(facts.log, streams_of(part for part, _ in shown), upto=position)
    events = events_by_stream(told_between(told_events, earlier, later))
    rows = [_shown(part, question, events, count=count) for part, count in shown]
    return rows, len(movements), question, remarks_on(facts, [question], now=now)


def _in_part(one: Movement, given: dict[str, Any]) -> tuple[Movement, int]:
    """With the moved rows that may be shown of it, and how many there are."""
    return replace(one, rows=one.rows.slice(given["moved_offset"], MOST_MOVED)), one.rows.height


def _known(one: Movement) -> Answer:
    """The later answer, or the earlier where there is no later one."""
    known = one.after or one.before
    if known is None:
        raise TypeError("a movement is of an answer at one of both moments")
    return known


def _shown(
    one: Movement, question: Question, events: Mapping[str, list[EventBehind]], *, count: int
) -> MetricDifference:
    known = _known(one)
    starts_at = moment_shown(known.period_start, question)
    sides = {
        f"{name}_{at}": getattr(side, name, None)
        for name in ("numerator", "denominator", "value")
        for at, side in (("before", one.before), ("after", one.after))
    }
    return MetricDifference(
        id=strawberry.ID(row_id(starts_at, f"{known.metric}.{known.definition}", known.by)),
        metric=known.metric,
        definition=known.definition,
        period_start=local_day(known.period_start),
        period_end=local_day(known.period_end),
        starts_at=starts_at,
        dimensions=Json(dict(known.by)),
        difference=one.difference,
        unit=known.unit,
        position=BigInt(known.position),
        moved_count=BigInt(count),
        some_moved=[_moved(row, events) for row in one.rows.iter_rows(named=True)],
        **sides,
    )


def _moved(row: dict[str, Any], events: Mapping[str, list[EventBehind]]) -> MovedRow:
    streams = [name for name in (row["stream"], row["other_stream"]) if name]
    return MovedRow(
        share_of_difference=row[SHARE],
        events=[one for name in streams for one in events.get(name, ())],
        **{
            name: row[name]
            for name in (
                *("role", "fact", "stream", "other_stream", "key", "event_time"),
                *("before", "after", "change", "last_position"),
            )
        },
    )
