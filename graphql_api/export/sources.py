"""What an export reads of which rows: facts and stored days by SQL, a view of any other moment as a frame."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import polars as pl
from psycopg.sql import Composable
from strawberry.types.arguments import StrawberryArgument

from graphql_api.coded_errors import BadInputError
from graphql_api.export.metric_values import MetricsModel, metric_arguments, values_to_export
from graphql_api.export.snapshot import Selected
from graphql_api.lists.column_values import from_plain, read_value
from graphql_api.lists.cursors import Cursor, read_cursor
from graphql_api.lists.read_model import ReadModel
from graphql_api.lists.row_reader import rows_asked
from graphql_api.lists.row_selection import Page, places_of, select_rows
from graphql_api.lists.rows_asked import order_asked, shared_arguments
from graphql_api.request_context import RequestContext
from graphql_api.views.made_rows import frame_of_page, kept_rows
from graphql_api.views.places import OfDay, Place, Standing, read_place
from graphql_api.views.stored_rows import select_stored
from graphql_api.views.view_asked import ViewAsked, view_arguments, view_asked
from graphql_api.views.view_model import ViewModel
from graphql_api.views.view_sources import MadeSource, StoredSource
from projections.facts import SPECS
from projections.storage.row_security import RowLimits, limits_of_fact, limits_of_view

Given = dict[str, Any]
Select = Callable[[Sequence[Composable], int | None, int], Selected]
"""Selects columns of at most so many rows behind so many; None is all."""
Tell = Callable[[Sequence[Any]], str]
"""The cursor of a row by the values of its places."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """These columns of at most `limit` rows (None: all), behind the row that `after` names."""

    columns: tuple[str, ...]
    limit: int | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class SqlRows:
    """Rows in the database. `fact` is whose position they are of, where `position` does not say it.

    `places` are the columns that the order goes by: what a cursor holds of a row.
    """

    select: Select
    places: tuple[str, ...]
    cursor: Tell
    limit: int | None
    day: date | None = None
    position: int | None = None
    fact: str = ""


@dataclass(frozen=True, kw_only=True)
class FrameRows:
    """All rows in memory, in order; `next_cursor` where more would follow."""

    frame: pl.DataFrame
    places: tuple[str, ...]
    next_cursor: str | None
    position: int
    day: date | None
    standing: str


def arguments_of(model: ReadModel) -> list[StrawberryArgument]:
    """The arguments that its flat list has, less those about pages."""
    if isinstance(model, MetricsModel):
        return metric_arguments()
    return view_arguments(model) if isinstance(model, ViewModel) else shared_arguments(model)


def limits_of(model: ReadModel) -> RowLimits | None:
    """By which columns of its rows limited callers are limited; None where the question itself is."""
    if isinstance(model, MetricsModel):
        return None
    if isinstance(model, ViewModel):
        return limits_of_view(model.view)
    return limits_of_fact(SPECS[model.dataset.name])


async def rows_to_export(
    model: ReadModel, given: Given, context: RequestContext, stretch: Stretch
) -> SqlRows | FrameRows:
    """What the arguments of the model's list ask for; raises GraphQLError for what cannot be asked."""
    if isinstance(model, MetricsModel):
        return await _rows_of_metrics(given, context, stretch)
    if isinstance(model, ViewModel):
        return await _rows_of_view(model, given, context, stretch)
    order: Enum = order_asked(model, given)
    places = places_of(model, order.value)
    values = None if stretch.after is None else _of_fact(model, order, places, stretch.after)
    asked = await rows_asked(model, given, context.services)

    def select(said: Sequence[Composable], most: int | None, offset: int) -> Selected:
        page = Page(limit=most, offset=offset, after=None if values is None else Cursor(order.name, values))
        return select_rows(model, asked, columns=said, page=page)

    def cursor(place: Sequence[Any]) -> str:
        return Cursor(order.name, tuple(place)).to_text()

    return SqlRows(select=select, places=places, cursor=cursor, limit=stretch.limit, fact=model.dataset.name)


async def _rows_of_view(
    model: ViewModel, given: Given, context: RequestContext, stretch: Stretch
) -> SqlRows | FrameRows:
    order: Enum = order_asked(model, given)
    places = model.places(order.value)
    standing, values = (
        (None, None) if stretch.after is None else _of_view(model, order, places, stretch.after)
    )
    asked = await view_asked(model, given, context, order=order, cursor=standing, limit=None, after=values)

    def cursor(place: Sequence[Any]) -> str:
        return Place(model.view.name, order.name, asked.source.standing, tuple(place)).to_text()

    if isinstance(asked.source, StoredSource):
        return _stored(asked, asked.source, cursor=cursor, limit=stretch.limit)
    assert isinstance(asked.source, MadeSource)  # noqa: S101 - there is no third
    return await asyncio.to_thread(_made, asked, asked.source, stretch, cursor)


def _stored(asked: ViewAsked, source: StoredSource, *, cursor: Tell, limit: int | None) -> SqlRows:
    model, found, wanted = asked.model, source.found, asked.wanted

    def select(said: Sequence[Composable], most: int | None, offset: int) -> Selected:
        return select_stored(model, replace(wanted, limit=most, offset=offset), found.day, columns=said)

    return SqlRows(
        select=select,
        places=model.places(wanted.order),
        cursor=cursor,
        limit=limit,
        day=found.day,
        position=found.position,
    )


def _made(asked: ViewAsked, source: MadeSource, stretch: Stretch, cursor: Tell) -> FrameRows:
    model, standing, columns, limit = source.model, source.standing, stretch.columns, stretch.limit
    places = model.places(asked.wanted.order)
    kept = kept_rows(model, source.frame.rows, asked.wanted.conditions, asked.wanted.order)
    wanted = replace(asked.wanted, limit=limit and limit + 1)
    page = frame_of_page(model, kept, wanted, attributes=[*columns, *places])
    is_more = limit is not None and page.height > limit
    last = page.row(limit - 1)[len(columns) :] if limit is not None and is_more else None
    return FrameRows(
        frame=page.head(limit or page.height).select(
            pl.col(str(place)).alias(name) for place, name in enumerate(columns)
        ),
        places=places,
        next_cursor=None if last is None else cursor(last),
        position=source.position,
        day=standing.day if isinstance(standing, OfDay) else None,
        standing=repr(standing),
    )


async def _rows_of_metrics(given: Given, context: RequestContext, stretch: Stretch) -> FrameRows:
    found = await values_to_export(
        given, context, columns=stretch.columns, limit=stretch.limit, after=stretch.after
    )
    return FrameRows(
        frame=found.frame,
        places=("id",),
        next_cursor=found.next_id,
        position=found.position,
        day=None,
        # Values ripen as time goes by, and the same position is not yet the same value.
        standing=blake2b(repr(found.frame.rows()).encode(), digest_size=16).hexdigest(),
    )


def _of_fact(model: ReadModel, order: Enum, places: Sequence[str], text: str) -> tuple[Any, ...]:
    if text.startswith("["):
        return _told(model, places, text)
    kinds = [model.dataset.by_name[name].kind for name in places]
    return read_cursor(text, order.name, kinds, name="after").values


def _of_view(
    model: ViewModel, order: Enum, places: Sequence[str], text: str
) -> tuple[Standing | None, tuple[Any, ...]]:
    if text.startswith("["):
        return None, _told(model, places, text)
    kinds = [model.dataset.by_name[name].kind for name in places]
    place = read_place(text, model.view.name, order.name, kinds, name="after")
    return place.standing, place.values


def _told(model: ReadModel, places: Sequence[str], text: str) -> tuple[Any, ...]:
    """The values that a row was exported with, as JSON: a client that was cut off needs no more."""
    columns = [model.dataset.by_name[name] for name in places]
    try:
        return tuple(
            None
            if value is None
            else read_value(value, column, argument="after", zone=ZoneInfo("UTC"))
            if isinstance(value, str)
            else from_plain(value, column.kind)
            for value, column in zip(orjson.loads(text), columns, strict=True)
        )
    except (ValueError, TypeError) as error:
        message = (
            f"`after` is a cursor, or as JSON the last row's [{', '.join(places)}], and not {text[:80]!r}"
        )
        raise BadInputError(message, argument="after") from error
