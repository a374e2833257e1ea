"""What a measure is: an exact sum over one fact, the time that gives its day, the neighbours it looks at."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Literal

import polars as pl

SqlType = Literal["bigint", "numeric"]
type_names: dict[SqlType, pl.DataType] = {"bigint": pl.Int64(), "numeric": pl.Decimal(38, 4)}


@dataclass(frozen=True, kw_only=True, eq=False)
class Condition:
    """A rule that a row must meet to be counted; `otherwise` is what is said of a row that does not."""

    holds: pl.Expr
    otherwise: str


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
    """One sum: `amount` (1 where none is named) of every row that meets all conditions; null adds nothing.

    `time` is the column whose local date is the day; a row without it contributes nothing. `counted_by`
    names the measure that counts the rows behind an amount; a measure that counts rows needs none.
    """

    name: str
    fact: str
    time: str
    conditions: tuple[Condition, ...] = ()
    amount: str | None = None
    kind: Literal["flow", "stock"] = "flow"
    sql_type: SqlType = "bigint"
    counted_by: str | None = None
    neighbours: Neighbours | None = None

    @cached_property
    def holds(self) -> pl.Expr:
        """Whether a row meets every condition."""
        return pl.all_horizontal(pl.lit(value=True), *(condition.holds for condition in self.conditions))

    @cached_property
    def value(self) -> pl.Expr:
        """What one row adds, as it is summed: typed, named, and 0 where it is unknown."""
        amount = pl.lit(1) if self.amount is None else pl.col(self.amount)
        counted = pl.when(self.holds).then(amount).otherwise(0)
        return counted.cast(type_names[self.sql_type]).fill_null(0).alias(self.name)

    @cached_property
    def shortfall(self) -> pl.Expr:
        """The first condition that a row does not meet, in words; null where it meets all."""
        failing = (
            pl.when(condition.holds.fill_null(value=False)).then(None).otherwise(pl.lit(condition.otherwise))
            for condition in self.conditions
        )
        return pl.coalesce(pl.lit(None, pl.String), *failing)
