"""In what order the rows of a day are listed: stated once, as SQL and as expressions over a frame.

No part is ever null and all go in one direction, so that what lies behind a row is one comparison of tuples,
which an index serves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

import polars as pl
from psycopg.sql import SQL, Composable, Identifier

from projections.views.view import View

INSTEAD: dict[str, tuple[str, Any]] = {
    "text": ("''::text", ""),
    "bigint": ("0::bigint", 0),
    "double precision": ("0::double precision", 0.0),
    "boolean": ("false", False),
    "date": ("date '1970-01-01'", date(1970, 1, 1)),
    "timestamptz": ("timestamptz '1970-01-01 00:00:00+00'", datetime(1970, 1, 1, tzinfo=UTC)),
    "numeric(38,4)": ("0::numeric", Decimal(0)),
}
"""By type what stands for null, in SQL and in Python; whether there is a value was compared before."""
STILL_VALID = SQL("coalesce(valid_to, 'infinity'::date)")


@dataclass(frozen=True)
class Part:
    """What rows are compared by: the value of a column, or whether it is there, or whether it is not."""

    column: str
    kind: Literal["value", "there", "missing"] = "value"
    instead: str | None = None

    @property
    def sql(self) -> Composable:
        name = Identifier(self.column)
        if self.kind != "value":
            return SQL("({} is not null)" if self.kind == "there" else "({} is null)").format(name)
        if self.instead is None:
            return name
        return SQL("coalesce({}, {})").format(name, SQL(INSTEAD[self.instead][0]))

    @property
    def expression(self) -> pl.Expr:
        """The same over a frame."""
        column = pl.col(self.column)
        if self.kind != "value":
            return column.is_not_null() if self.kind == "there" else column.is_null()
        return column if self.instead is None else column.fill_null(INSTEAD[self.instead][1])

    def of(self, value: Any) -> Any:
        """The same of one value of the column."""
        if self.kind != "value":
            return (value is not None) is (self.kind == "there")
        return INSTEAD[self.instead][1] if value is None and self.instead else value


def order_of(view: View, column: str | None, *, is_descending: bool) -> tuple[Part, ...]:
    """By a column, nulls last whichever the direction, then by the keys, in which null comes first.

    `column` None: by the keys alone. Where a view has many rows, those without a value are not listed by it.
    """
    keys = [part for key in view.keys if key != column for part in _key(view, key)]
    if column is None:
        return tuple(keys)
    if column not in view.nullable or leaves_out(view, column):
        return (Part(column), *keys)
    return (Part(column, "there" if is_descending else "missing"), _filled(view, column), *keys)


def leaves_out(view: View, column: str | None) -> bool:
    """Whether a list by this column leaves out the rows where it is null."""
    return column is not None and view.has_many_rows and column in view.nullable


def listing_indexes(view: View) -> dict[str, tuple[Part, ...]]:
    """By name, what serves the lists of a view of many rows: by its keys, and by each fast order.

    The validity of a row belongs into each as well: rows of other days are passed over within the index.
    """
    if not view.has_many_rows:
        return {}
    by_column = {
        f"{view.table}_by_{column}": order_of(view, column, is_descending=False)
        for column in view.fast_orders
    }
    return {f"{view.table}_by_keys": order_of(view, None, is_descending=False), **by_column}


def in_sql(parts: Sequence[Part]) -> Composable:
    return SQL(", ").join(part.sql for part in parts)


def indexed(parts: Sequence[Part]) -> Composable:
    """The same as an index names them."""
    return SQL(", ").join(SQL("({})").format(part.sql) for part in parts)


def _key(view: View, key: str) -> tuple[Part, ...]:
    return (Part(key, "there"), _filled(view, key)) if key in view.nullable else (Part(key),)


def _filled(view: View, column: str) -> Part:
    return Part(column, instead=view.pg_types[column])
