"""What a view is: a row class, the columns that name a row, and the pure function that makes all rows."""

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from types import NoneType
from typing import Any, get_args, get_type_hints

import polars as pl

from projections.metrics.source import FactSource

TYPES: dict[type, tuple[pl.DataType, str]] = {
    str: (pl.String(), "text"),
    int: (pl.Int64(), "bigint"),
    float: (pl.Float64(), "double precision"),
    bool: (pl.Boolean(), "boolean"),
    date: (pl.Date(), "date"),
    datetime: (pl.Datetime("us", "UTC"), "timestamptz"),
    Decimal: (pl.Decimal(38, 4), "numeric(38,4)"),
}
"""Python type of a column -> its type in frames and in PostgreSQL."""

Moment = datetime | None


@dataclass(frozen=True, kw_only=True)
class View:
    """`make(source, as_of=…, known_at=…, position=…)` gives all rows, in no particular order.

    `keys` name a row within one moment; null is a value like any other.
    """

    name: str
    version: int
    row: type
    keys: tuple[str, ...]
    facts: tuple[str, ...]
    make: Callable[..., pl.DataFrame]

    @property
    def table(self) -> str:
        return f"{self.name}_v{self.version}"

    @cached_property
    def schema(self) -> dict[str, pl.DataType]:
        """Columns in declared order with their types in frames."""
        return {name: TYPES[kind][0] for name, kind in self._kinds.items()}

    @cached_property
    def pg_types(self) -> dict[str, str]:
        """Columns in declared order with their types in PostgreSQL."""
        return {name: TYPES[kind][1] for name, kind in self._kinds.items()}

    @cached_property
    def _kinds(self) -> dict[str, type]:
        if not is_dataclass(self.row):
            raise TypeError(f"{self.row.__name__} of view {self.name} is no row class")
        hints = get_type_hints(self.row)
        return {column.name: _bare(hints[column.name]) for column in fields(self.row)}

    def rows(
        self,
        source: FactSource,
        *,
        as_of: Moment = None,
        known_at: Moment = None,
        position: int | None = None,
    ) -> pl.DataFrame:
        """All rows as of a moment on both clocks (null: now), typed and ordered by their keys."""
        made = self.make(source, as_of=as_of, known_at=known_at, position=position)
        return made.select(pl.col(name).cast(dtype) for name, dtype in self.schema.items()).sort(self.keys)


def _bare(hint: Any) -> type:
    arms = [arm for arm in get_args(hint) if arm is not NoneType]
    found: type = arms[0] if arms else hint
    return found
