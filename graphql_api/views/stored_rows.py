"""The SQL of a stored day's rows: one select that an index of the view serves, whichever the day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from psycopg import sql

from graphql_api.lists.conditions import Condition, Piece
from graphql_api.lists.read_model import Order
from graphql_api.lists.row_selection import counted_rows, ordered_rows
from graphql_api.views.rows_wanted import RowsWanted
from graphql_api.views.view_model import ViewModel
from projections.storage.view_orders import STILL_VALID, leaves_out


def select_stored(
    model: ViewModel, wanted: RowsWanted, day: date, *, columns: Sequence[sql.Composable]
) -> tuple[sql.Composed, list[Any]]:
    """The statement and its parameters, for these columns of the rows that stood at a stored day's end."""
    conditions = _conditions(model, wanted.conditions, wanted.order, day)
    if wanted.after is not None:
        conditions.append(_behind(model, wanted, wanted.after))
    statement, parameters = ordered_rows(
        model.view.table, conditions, columns=columns, order=_order(model, wanted)
    )
    return statement, [*parameters, wanted.limit, wanted.offset]


def count_stored(
    model: ViewModel, conditions: Sequence[Condition], order: Order, day: date
) -> tuple[sql.Composed, list[Any]]:
    """The order matters: some leave out rows."""
    return counted_rows(model.view.table, _conditions(model, conditions, order, day))


def _conditions(model: ViewModel, conditions: Sequence[Condition], order: Order, day: date) -> list[Piece]:
    pieces: list[Piece] = [
        (sql.SQL("valid_from <= %s"), (day,)),
        (sql.SQL("{} > %s").format(STILL_VALID), (day,)),
    ]
    if order.column is not None and leaves_out(model.view, order.column):
        pieces.append((sql.SQL("{} is not null").format(sql.Identifier(order.column)), ()))
    return [*pieces, *(piece for condition in conditions for piece in condition.pieces())]


def _behind(model: ViewModel, wanted: RowsWanted, values: Sequence[Any]) -> Piece:
    parts, places = model.parts(wanted.order), model.places(wanted.order)
    at = dict(zip(places, values, strict=True))
    place = sql.SQL("({parts}) {beyond} ({values})").format(
        parts=sql.SQL(", ").join(part.sql for part in parts),
        beyond=sql.SQL("<" if wanted.is_descending else ">"),
        values=sql.SQL(", ").join([sql.Placeholder()] * len(parts)),
    )
    return place, [part.of(at[part.column]) for part in parts]


def _order(model: ViewModel, wanted: RowsWanted) -> sql.Composed:
    direction = sql.SQL("desc" if wanted.is_descending else "asc")
    return sql.SQL(", ").join(
        sql.SQL("{} {}").format(part.sql, direction) for part in model.parts(wanted.order)
    )
