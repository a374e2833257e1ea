"""Rows of any dataset, made up, and what a list should show of them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from psycopg.sql import SQL, Identifier
from strawberry.utils.str_converters import to_camel_case

from graphql_api.datasets import Dataset
from graphql_api.datasets.dataset import Column
from infra.stores import Store

ROWS = 24
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = ("a", "b", "某站", "d e")

Row = dict[str, Any]


def rows_of(dataset: Dataset, *, chance: Random, count: int = ROWS) -> list[Row]:
    """Rows with values of every kind, some null, some equal; the last two are voided."""
    return [_row(dataset, number, chance, is_voided=number >= count - 2) for number in range(count)]


def _row(dataset: Dataset, number: int, chance: Random, *, is_voided: bool) -> Row:
    values = {column.name: _value(column, dataset, number, chance) for column in dataset.columns}
    return {**values, "voided": is_voided, "last_position": number // 2 + 1}


def _value(column: Column, dataset: Dataset, number: int, chance: Random) -> Any:
    if column.name == dataset.keys[0] and column.kind is str:
        return f"stream-x:{number:03}"
    if not column.is_required and chance.random() < 0.2:
        return None
    return _of_kind(column.kind, chance)


def _of_kind(kind: type, chance: Random) -> Any:
    few = chance.randrange(6)
    made: dict[type, Any] = {
        str: chance.choice(TEXTS),
        int: few * 1_000,
        float: few / 4,
        bool: few > 2,
        date: (FIRST + timedelta(days=few)).date(),
        datetime: FIRST + timedelta(hours=few),
        Decimal: Decimal(few * 5) / 4,
    }
    return made[kind]


def written(store: Store, dataset: Dataset, rows: Iterable[Row], **others: Any) -> None:
    """The rows stand in the dataset's table; `others` are columns that no row shows."""
    rows = [{**row, **others} for row in rows]
    statement = SQL("insert into {} ({}) values ({})").format(
        Identifier(dataset.table),
        SQL(", ").join(map(Identifier, rows[0])),
        SQL(", ").join([SQL("%s")] * len(rows[0])),
    )
    with store.connect() as connection, connection.cursor() as cursor:
        cursor.executemany(statement, [list(row.values()) for row in rows])


def id_of(dataset: Dataset, row: Row) -> str:
    return "|".join(_text(row[key]) for key in dataset.keys)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def shown(dataset: Dataset, row: Row) -> Row:
    """The row as GraphQL answers it; the made-up texts were sealed for nobody, so none is opened."""
    fields = {
        to_camel_case(column.name): None if column.personal else _answered(row[column.name])
        for column in dataset.shown
    }
    return {"id": id_of(dataset, row), **fields}


def _answered(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
