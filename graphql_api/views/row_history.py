"""The history of one row of a view: the stretches of stored days over which it stayed the same."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import Any

import strawberry
from psycopg.sql import SQL, Composable, Identifier, Placeholder
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from graphql_api.access.limited_reads import ForbiddenError
from graphql_api.arguments import argument, checked_count, checked_text
from graphql_api.coded_errors import BadInputError
from graphql_api.lists.conditions import Piece
from graphql_api.lists.read_model import MOST_ROWS, MOST_SKIPPED, ROWS_BY_DEFAULT
from graphql_api.lists.row_selection import counted_rows, ordered_rows
from graphql_api.nearby_names import nearby
from graphql_api.request_context import RequestContext
from graphql_api.scalars import YEARS, BigInt, Json, exact_number
from graphql_api.told import told
from graphql_api.tuple_rows import TupleRows
from graphql_api.views.row_ids import keys_named
from graphql_api.views.stored_days import find_stored_day
from graphql_api.views.view_model import ViewModel
from projections.storage.view_orders import STILL_VALID

INTERVAL = ("valid_from", "valid_to", "position")


@strawberry.type(description="Stored days, one after the other, on which a row of a view was the same.")
class RowInterval:
    from_day: date = told("The first local day at whose end the row stood so.")
    to_day: date | None = told("The first one at whose end it no longer did: half-open; null: it still does.")
    position: BigInt = told("The log was told up to here when the first of these days was stored.")
    columns: Json = told(
        "The row: an object of its fields, named and valued as the list of the view has them."
    )


COLUMNS = tuple(RowInterval.__annotations__)


class RowHistory(FieldExtension):
    """Gives a root field of type `list[RowInterval]` its arguments and its rows."""

    def __init__(self, models: dict[str, ViewModel]) -> None:
        self._models = models

    def apply(self, field: StrawberryField) -> None:
        until = "Only what stood before this local day: half-open."
        field.arguments = [
            argument("view", str, "The view's name, as `datasets` has it."),
            argument("id", strawberry.ID, "The row's `id`, as the list of the view gives it."),
            argument(
                "start", date | None, "Only what stood on this local day or later.", name="from", default=None
            ),
            argument("end", date | None, until, name="to", default=None),
            argument("limit", int, "How many intervals at most, up to 10,000.", default=ROWS_BY_DEFAULT),
            argument("offset", int, "How many to skip, up to 100,000.", default=0),
        ]

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext], **given: Any
    ) -> Awaitable[TupleRows[RowInterval]]:
        return self._intervals(info, given)

    async def _intervals(
        self, info: strawberry.Info[RequestContext], given: dict[str, Any]
    ) -> TupleRows[RowInterval]:
        limit = checked_count("limit", given["limit"], most=MOST_ROWS)
        offset = checked_count("offset", given["offset"], most=MOST_SKIPPED)
        context, model = info.context, self._model(given["view"], role=info.context.caller.role)
        stood = _stood(model, given)
        with context.notes.noting(str(info.path.key), limit=limit) as note:
            day = await find_stored_day(context.services.database, model.view, None, now=context.now)
            if day is None:
                return TupleRows(RowInterval, columns=COLUMNS, tuples=[])
            note.position, note.day = day.position, day.day
            note.is_stored, note.is_stale = True, day.is_behind

            async def count() -> int:
                return int((await context.access.fetch(*counted_rows(model.view.table, stood)))[0][0])

            note.count = count
            found = note.cut(
                await context.access.fetch(*_selected(model, stood, limit=limit + 1, offset=offset))
            )
            context.access.looks.read(model.dataset.name, len(found))
        return TupleRows(RowInterval, columns=COLUMNS, tuples=[_shown(model, row) for row in found])

    def _model(self, name: str, *, role: str) -> ViewModel:
        """Raises BadInputError for a view that is not there, ForbiddenError for one that others may read."""
        if name not in self._models:
            near = nearby(name, self._models)
            hint = f"did you mean {' or '.join(near)}?" if near else "`datasets` lists them"
            raise BadInputError(f"there is no view {name[:80]!r}: {hint}", argument="view")
        model = self._models[name]
        if role not in model.dataset.readers:
            raise ForbiddenError(f"Only these roles may ask this: {', '.join(sorted(model.dataset.readers))}")
        return model


def _stood(model: ViewModel, given: dict[str, Any]) -> list[Piece]:
    """What the intervals must keep; raises BadInputError."""
    start, end = given["start"], given["end"]
    for name, day in (("from", start), ("to", end)):
        if day is not None and day.year not in YEARS:
            raise BadInputError(f"years {YEARS[0]} to {YEARS[-1]} can be asked for", argument=name)
    keys = keys_named(model.view, model.dataset, checked_text("id", given["id"]), argument="id")
    pieces: list[Piece] = [_is(key, value) for key, value in keys.items()]
    if start is not None:
        pieces.append((SQL("{} > %s").format(STILL_VALID), (start,)))
    if end is not None:
        pieces.append((SQL("valid_from < %s"), (end,)))
    return pieces


def _is(key: str, value: Any) -> Piece:
    if value is None:
        return SQL("{} is null").format(Identifier(key)), ()
    return SQL("{} = {}").format(Identifier(key), Placeholder()), (value,)


def _selected(model: ViewModel, stood: list[Piece], *, limit: int, offset: int) -> tuple[Any, list[Any]]:
    columns: list[Composable] = [*map(Identifier, INTERVAL), *model.columns.values()]
    statement, parameters = ordered_rows(model.view.table, stood, columns=columns, order=SQL("valid_from"))
    return statement, [*parameters, limit, offset]


def _shown(model: ViewModel, row: tuple[Any, ...]) -> tuple[Any, ...]:
    values = row[len(INTERVAL) :]
    named = {
        name: exact_number(value) if isinstance(value, Decimal) else value
        for name, value in zip(model.names.values(), values, strict=True)
    }
    return *row[: len(INTERVAL)], named
