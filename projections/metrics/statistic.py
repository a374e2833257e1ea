"""Statistics that are no sums: each reads the fact rows of a period and group, and gives one number."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, kw_only=True, eq=False)
class Statistic:
    """One number of the amounts (`value`, decimal or integer) of the rows that a measure counts.

    `columns` are further columns of the fact that `of` reads by their names. The expression `of` is
    evaluated once per period and group; null where it has no answer.
    """

    name: str
    of: Callable[[pl.Expr], pl.Expr]
    columns: tuple[str, ...] = ()


MEDIAN = Statistic(name="median", of=lambda value: value.cast(pl.Float64).median())
"""The middle amount; of an even number of rows the mean of the middle two."""

P90 = Statistic(name="p90", of=lambda value: value.cast(pl.Float64).quantile(0.9, interpolation="linear"))
"""The amount that nine tenths do not exceed, linearly interpolated (type 7 of Hyndman and Fan, 1996)."""


def distinct(column: str) -> Statistic:
    """How many different values of a column the rows have; null is none."""
    return Statistic(name=f"distinct {column}", of=lambda _: pl.col(column).n_unique(), columns=(column,))
