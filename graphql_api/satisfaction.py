"""The view of satisfaction scores: as stored for a day, or as of any moment."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from graphql_api.arguments import argument, checked_count, checked_position, checked_text
from graphql_api.coded_errors import BadInputError
from graphql_api.lists.read_model import MOST_ROWS, MOST_SKIPPED
from graphql_api.request_context import RequestContext
from graphql_api.scalars import YEARS, BigInt, DayOrMoment
from graphql_api.told import told
from graphql_api.tuple_rows import TupleRows
from projections.metrics.periods import moment
from projections.storage.reader import StoredFacts
from projections.storage.shown_views import day_of_view, view_as_of
from projections.views.satisfaction_scores import SATISFACTION_SCORES

FILTERS = ("survey", "process", "owner", "channel", "unit", "tier")
MOMENTS = ("as_of", "known_at", "position")


@strawberry.type(description="How satisfied the customers of one group said they were.")
class SatisfactionScore:
    month: date = told(
        "The first day of the month: of the call's offer, or in which a survey was answered or asked for. "
        "The day's own month and the two before it are shown."
    )
    survey: str | None = told("The survey; `call` for ratings of calls.")
    process: str | None = told("The business process.")
    owner: str | None = told("The unit that owned the process on the day of the rating.")
    channel: str | None = told("The channel.")
    unit: str | None = told("The organisation unit.")
    tier: str | None = told("The customer's tier, as the source said it.")
    ratings: BigInt = told("How many rated. Who did not rate is not dissatisfied.")
    satisfied: BigInt = told("How many were satisfied: by their own word, else in the two top boxes.")
    dissatisfied: BigInt = told("How many were not.")
    top2box: BigInt = told("How many gave one of the two best scores.")
    scored: BigInt = told("How many gave a score.")
    mean_score: float | None = told("The mean of score over scale, from 0 to 1.")
    satisfied_share: float | None = told("satisfied / ratings.")
    contacts: BigInt | None = told(
        "How many could have rated: answered calls, or ratings asked for; null where that is not known."
    )
    unrated: BigInt | None = told("How many of them did not; null where that is not known.")
    response_rate: float | None = told("(contacts - unrated) / contacts; null where that is not known.")
    reasons: str | None = told("Reasons of the dissatisfied, most frequent first, as reason=count.")


COLUMNS = tuple(SatisfactionScore.__annotations__)


class SatisfactionScores(FieldExtension):
    """Gives a root field of type `list[SatisfactionScore]` its arguments and its rows."""

    def apply(self, field: StrawberryField) -> None:
        field.arguments = _arguments()

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext], **given: Any
    ) -> Awaitable[TupleRows[SatisfactionScore]]:
        return self._scores(info, given)

    async def _scores(
        self, info: strawberry.Info[RequestContext], given: dict[str, Any]
    ) -> TupleRows[SatisfactionScore]:
        limit = checked_count("limit", given["limit"], most=MOST_ROWS)
        offset = checked_count("offset", given["offset"], most=MOST_SKIPPED)
        _check(given)
        with info.context.notes.noting(str(info.path.key), limit=limit) as note:
            rows, note.position = await info.context.services.ask_facts(
                lambda facts: _rows(facts, given, info.context.now)
            )
            kept = rows.filter(_filter(given)).select(COLUMNS)
            page = kept.slice(offset, limit)
            note.row_count, note.total = page.height, kept.height
            note.is_truncated = offset + page.height < kept.height
        return TupleRows(SatisfactionScore, columns=COLUMNS, tuples=page.rows())


def _arguments() -> list[StrawberryArgument]:
    return [
        argument("day", date | None, "The view as it stood at the end of this local day.", default=None),
        argument("as_of", datetime | None, "Only what had happened before this; else now.", default=None),
        argument("known_at", datetime | None, "Only what we had been told before this.", default=None),
        argument("position", BigInt | None, "Only the log up to here: the same for ever.", default=None),
        *(argument(name, list[str] | None, f"Only groups of this {name}.", default=None) for name in FILTERS),
        argument("limit", int, "How many rows at most, up to 10,000.", default=MOST_ROWS),
        argument("offset", int, "How many rows to skip, up to 100,000.", default=0),
    ]


def _check(given: dict[str, Any]) -> None:
    checked_position("position", given["position"])
    if given["day"] is not None and given["day"].year not in YEARS:
        raise BadInputError(f"years {YEARS[0]} to {YEARS[-1]} can be asked for", argument="day")
    for name in FILTERS:
        for value in given[name] or ():
            checked_text(name, value)
    if given["day"] is not None and any(given[name] is not None for name in MOMENTS):
        message = "`day` stands for the end of that day on both clocks: leave out asOf, knownAt and position"
        raise BadInputError(message, argument="day")


def _rows(facts: StoredFacts, given: dict[str, Any], now: datetime) -> tuple[pl.DataFrame, int]:
    """All rows of the view and the position that they were made at."""
    zone = ZoneInfo(facts.zone)
    if given["day"] is not None:
        shown = day_of_view(facts, SATISFACTION_SCORES, given["day"], now=now)
    else:
        shown = view_as_of(
            facts,
            SATISFACTION_SCORES,
            now=now,
            as_of=_moment(given["as_of"], zone),
            known_at=_moment(given["known_at"], zone),
            position=given["position"],
        )
    return shown.rows, shown.position


def _moment(given: DayOrMoment | None, zone: ZoneInfo) -> datetime | None:
    return None if given is None else moment(given, zone=zone)


def _filter(given: dict[str, Any]) -> pl.Expr:
    named = [pl.col(name).is_in(given[name]) for name in FILTERS if given[name] is not None]
    return pl.all_horizontal(pl.lit(value=True), *named)
