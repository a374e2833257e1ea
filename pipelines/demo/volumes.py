"""A made-up finance system's export: the month's bases of rates, one row per month and unit."""

from datetime import date

import polars as pl

from pipelines.demo.calls import FIRST_DAY, UNITS
from pipelines.demo.dice import Dice


def make_volumes(days: int, *, dice: Dice) -> pl.DataFrame:
    """Waybills, customers, policies and copies of every month that the sample touches, by unit."""
    months = [date(FIRST_DAY.year, number, 1) for number in range(1, (days - 1) // 31 + 2)]
    grid = pl.DataFrame({"起始日": months}).join(pl.DataFrame({"机构": list(UNITS)}), how="cross")
    count = grid.height
    size = grid["机构"].replace_strict(list(UNITS), list(UNITS.values()), return_dtype=pl.Float64)
    return (
        grid.with_columns(
            截止日=pl.col("起始日").dt.offset_by("1mo"),
            运单量=_about(size * 120_000, dice=dice),
            客户数=_about(size * 40_000, dice=dice),
            保单数=_about(size * 9_000, dice=dice),
            copies=_about(size * 30_000, dice=dice),
        )
        .select(pl.col("起始日", "截止日").cast(pl.String), "机构", "运单量", "客户数", "保单数", "copies")
        .head(count)
    )


def _about(wanted: pl.Series, *, dice: Dice) -> pl.Series:
    return (wanted * (0.9 + 0.2 * dice.fractions(wanted.len()))).round().cast(pl.Int64)
