"""What a measure is: an exact sum over one fact, the time that gives its day, the neighbours it looks at."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import polars as pl

type_names = {"bigint": pl.Int64(), "numeric": pl.Decimal(38, 4)}


@dataclass(frozen=True, kw_only=True, eq=False)
class Neighbours:
    """Rows of the same fact and key; `derived` holds the time of the first one strictly later within reach.

    A null key (an anonymous caller) is nobody's neighbour; rows that fail `among` are no neighbours either.
    """

    key: str
    time: str
    within: timedelta
    among: pl.Expr
    derived: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Measure:
    """One sum: `value` is exact (an integer, or a decimal of four places), null counts as nothing.

    `time` is the column whose local date is the day; a row without it contributes nothing.
    """

    name: str
    fact: str
    value: pl.Expr
    time: str
    kind: Literal["flow", "stock"] = "flow"
    sql_type: Literal["bigint", "numeric"] = "bigint"
    neighbours: Neighbours | None = None

    @property
    def column(self) -> pl.Expr:
        """The value as it is summed: typed, named, and 0 where it is unknown."""
        return self.value.cast(type_names[self.sql_type]).fill_null(0).alias(self.name)
