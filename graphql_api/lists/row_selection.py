"""The SQL of a list: one select whose filters and order an index serves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from graphql_api.lists.conditions import Piece
from graphql_api.lists.cursors import Cursor
from graphql_api.lists.read_model import Order, ReadModel
from graphql_api.lists.rows_asked import RowsAsked


@dataclass(frozen=True, kw_only=True)
class Page:
    """Which of the rows: at most `limit` (None: all), behind the first `offset`, or behind a cursor."""

    limit: int | None
    offset: int = 0
    after: Cursor | None = None


def select_rows(
    model: ReadModel,
    asked: RowsAsked,
    *,
    columns: Sequence[sql.Composable],
    page: Page,
) -> tuple[sql.Composed, list[Any]]:
    """The statement and its parameters, for these columns of the rows asked for."""
    conditions = _conditions(model, asked)
    if page.after:
        conditions.append(_after(model, asked, page.after))
    statement, parameters = ordered_rows(
        model.dataset.table, conditions, columns=columns, order=_order(model, asked)
    )
    return statement, [*parameters, page.limit, page.offset]


def count_rows(model: ReadModel, asked: RowsAsked) -> tuple[sql.Composed, list[Any]]:
    return counted_rows(model.dataset.table, _conditions(model, asked))


def ordered_rows(
    table: str, conditions: Sequence[Piece], *, columns: Sequence[sql.Composable], order: sql.Composable
) -> tuple[sql.Composed, list[Any]]:
    """Rows of a table that keep all conditions, in an order; a limit and an offset are still to be given."""
    statement = sql.SQL(
        "select {columns}\nfrom {table}\nwhere {conditions}\norder by {order}\nlimit %s\noffset %s"
    ).format(
        columns=sql.SQL(", ").join(columns),
        table=sql.Identifier(table),
        conditions=_joined(conditions),
        order=order,
    )
    return statement, _parameters(conditions)


def counted_rows(table: str, conditions: Sequence[Piece]) -> tuple[sql.Composed, list[Any]]:
    """How many rows of a table keep all conditions."""
    statement = sql.SQL("select count(*)\nfrom {table}\nwhere {conditions}").format(
        table=sql.Identifier(table), conditions=_joined(conditions)
    )
    return statement, _parameters(conditions)


def places_of(model: ReadModel, order: Order) -> tuple[str, ...]:
    """The columns that an order goes by: what a cursor holds."""
    leading = [order.column] if order.column else []
    return tuple(dict.fromkeys([*leading, *model.dataset.keys]))


def _conditions(model: ReadModel, asked: RowsAsked) -> list[Piece]:
    pieces: list[Piece] = [(sql.SQL("true"), ())]
    if asked.order.column and not model.dataset.by_name[asked.order.column].is_required:
        pieces.append((sql.SQL("{} is not null").format(sql.Identifier(asked.order.column)), ()))
    if not asked.is_including_voided:
        pieces.append((sql.SQL("not voided"), ()))
    if asked.updated_since is not None:
        pieces.append((sql.SQL("last_position > %s"), (asked.updated_since,)))
    return [*pieces, *(piece for condition in asked.conditions for piece in condition.pieces())]


def _after(model: ReadModel, asked: RowsAsked, cursor: Cursor) -> Piece:
    beyond = sql.SQL("<") if asked.order.is_descending else sql.SQL(">")
    names = places_of(model, asked.order)
    place = sql.SQL("({columns}) {beyond} ({values})").format(
        columns=sql.SQL(", ").join(map(sql.Identifier, names)),
        beyond=beyond,
        values=sql.SQL(", ").join([sql.Placeholder()] * len(names)),
    )
    return place, cursor.values


def _order(model: ReadModel, asked: RowsAsked) -> sql.Composed:
    direction = sql.SQL("desc") if asked.order.is_descending else sql.SQL("asc")
    return sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(name), direction) for name in places_of(model, asked.order)
    )


def _joined(pieces: Sequence[Piece]) -> sql.Composed:
    return sql.SQL("\nand ").join(condition for condition, _ in pieces)


def _parameters(pieces: Sequence[Piece]) -> list[Any]:
    return [parameter for _, parameters in pieces for parameter in parameters]
