"""What a list is asked for of single columns: any of some values, a half-open range, null or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import strawberry
from psycopg import sql
from strawberry.utils.str_converters import to_camel_case

from graphql_api.coded_errors import BadInputError
from graphql_api.datasets.dataset import Column, Dataset
from graphql_api.lists.column_values import read_value

MOST_CONDITIONS = 20
MOST_VALUES = 1_000

Piece = tuple[sql.Composable, Sequence[Any]]


@strawberry.input(description="Rows of which one column is as told; all that is told must hold.")
class ColumnFilter:
    column: str = strawberry.field(description="The column's name, as `datasets` has it.")
    values: list[str] | None = strawberry.field(
        default=None, description="Any of these, each written as a text: `12.5`, `true`, `2026-01-31`."
    )
    start: str | None = strawberry.field(
        default=None, name="from", description="At or after this, or at least this."
    )
    end: str | None = strawberry.field(
        default=None, name="to", description="Before this, or less than this: half-open."
    )
    is_null: bool | None = strawberry.field(default=None, description="Whether nothing was told.")


@dataclass(frozen=True, kw_only=True)
class Condition:
    """On one column; `values` are any of, `start` and `end` a half-open range, each None where not asked."""

    column: Column
    values: tuple[Any, ...] | None = None
    start: Any = None
    end: Any = None
    is_null: bool | None = None

    def pieces(self) -> list[Piece]:
        """In SQL, with parameters."""
        name = sql.Identifier(self.column.name)
        found: list[Piece] = []
        if self.values is not None:
            found.append((sql.SQL("{} = any(%s)").format(name), (list(self.values),)))
        if self.start is not None:
            found.append((sql.SQL("{} >= %s").format(name), (self.start,)))
        if self.end is not None:
            found.append((sql.SQL("{} < %s").format(name), (self.end,)))
        if self.is_null is not None:
            found.append((sql.SQL("{} is null" if self.is_null else "{} is not null").format(name), ()))
        return found


def read_filters(given: list[ColumnFilter] | None, dataset: Dataset, *, zone: ZoneInfo) -> list[Condition]:
    """Raises BadInputError for a column that is not there or sealed, and for values that are not its kind."""
    filters = given or []
    if len(filters) > MOST_CONDITIONS:
        message = f"`where` has {len(filters)} parts; give up to {MOST_CONDITIONS}"
        raise BadInputError(message, argument="where")
    return [_condition(one, dataset, zone) for one in filters]


def _condition(asked: ColumnFilter, dataset: Dataset, zone: ZoneInfo) -> Condition:
    column = _column(asked.column, dataset)
    if len(asked.values or ()) > MOST_VALUES:
        raise BadInputError(f"`{column.name}` has over {MOST_VALUES:,} values", argument="where")

    def read(text: str | None) -> Any:
        return None if text is None else read_value(text, column, argument="where", zone=zone)

    return Condition(
        column=column,
        values=None if asked.values is None else tuple(map(read, asked.values)),
        start=read(asked.start),
        end=read(asked.end),
        is_null=asked.is_null,
    )


def _column(name: str, dataset: Dataset) -> Column:
    for column in dataset.columns:
        if name in (column.name, to_camel_case(column.name)) and not column.personal:
            return column
    known = ", ".join(column.name for column in dataset.columns if not column.personal)
    message = f"{dataset.name} has no column {name[:80]!r} to ask for; it has {known}"
    raise BadInputError(message, argument="where")
