"""The SQL of a list: one select whose filters and order an index serves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from graphql_api.lists.cursors import Cursor
from graphql_api.lists.read_model import ReadModel
from graphql_api.lists.rows_asked import RowsAsked


@dataclass(frozen=True, kw_only=True)
class Page:
    """Which of the rows: at most `limit`, behind the first `offset`, or behind a cursor."""

    limit: int
    offset: int = 0
    after: Cursor | None = None


Piece = tuple[sql.Composable, Sequence[Any]]


def select_rows(
    model: ReadModel,
    asked: RowsAsked,
    *,
    columns: Sequence[str],
    page: Page,
) -> tuple[sql.Composed, list[Any]]:
    """The statement and its parameters, for the named columns of the rows asked for."""
    conditions = _conditions(model, asked)
    if page.after:
        conditions.append(_after(model, asked, page.after))
    statement = sql.SQL(
        "select {columns}\nfrom {table}\nwhere {conditions}\norder by {order}\nlimit %s\noffset %s"
    ).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        table=sql.Identifier(model.table),
        conditions=_joined(conditions),
        order=_order(model, asked),
    )
    return statement, [*_parameters(conditions), page.limit, page.offset]


def count_rows(model: ReadModel, asked: RowsAsked) -> tuple[sql.Composed, list[Any]]:
    conditions = _conditions(model, asked)
    statement = sql.SQL("select count(*)\nfrom {table}\nwhere {conditions}").format(
        table=sql.Identifier(model.table), conditions=_joined(conditions)
    )
    return statement, _parameters(conditions)


def _conditions(model: ReadModel, asked: RowsAsked) -> list[Piece]:
    time, position = sql.Identifier(model.time), sql.Identifier("last_position")
    pieces: list[Piece] = [(sql.SQL("{} is not null").format(sql.Identifier(asked.order.column)), ())]
    if not asked.is_including_voided:
        pieces.append((sql.SQL("not voided"), ()))
    if asked.since:
        pieces.append((sql.SQL("{} >= %s").format(time), (asked.since,)))
    if asked.until:
        pieces.append((sql.SQL("{} < %s").format(time), (asked.until,)))
    if asked.updated_since is not None:
        pieces.append((sql.SQL("{} > %s").format(position), (asked.updated_since,)))
    for name, values in asked.filters.items():
        pieces.append((sql.SQL("{} = any(%s)").format(sql.Identifier(name)), (values,)))
    return pieces


def _after(model: ReadModel, asked: RowsAsked, cursor: Cursor) -> Piece:
    beyond = sql.SQL("<") if asked.order.is_descending else sql.SQL(">")
    place = sql.SQL("({column}, {key}) {beyond} (%s, %s)").format(
        column=sql.Identifier(asked.order.column), key=sql.Identifier(model.key), beyond=beyond
    )
    return place, (cursor.value, cursor.key)


def _order(model: ReadModel, asked: RowsAsked) -> sql.Composed:
    direction = sql.SQL("desc") if asked.order.is_descending else sql.SQL("asc")
    return sql.SQL("{column} {direction}, {key} {direction}").format(
        column=sql.Identifier(asked.order.column), key=sql.Identifier(model.key), direction=direction
    )


def _joined(pieces: Sequence[Piece]) -> sql.Composed:
    return sql.SQL("\nand ").join(condition for condition, _ in pieces)


def _parameters(pieces: Sequence[Piece]) -> list[Any]:
    return [parameter for _, parameters in pieces for parameter in parameters]
