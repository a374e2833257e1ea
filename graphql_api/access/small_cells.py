"""Small cells: which figures about a few people are withheld from who may not see these people.

The usual primary and complementary suppression of tables (Hundepool et al., Statistical Disclosure Control,
Wiley 2012, chapter 4; Willenborg and de Waal, Elements of Statistical Disclosure Control, Springer 2001):

- primary: a cell about one to four people is withheld. A cell about nobody is told.
- complementary: totals are told, so of cells that add up to one (all periods of a group, all values of one
  or of several dimensions within the others) no single one is withheld, nor some of fewer than five people
  together: a total less the cells told would give them. The least of those left goes too, of equal ones the
  first by name, until nothing more need go.

What follows from several answers about different conditions is not looked at.
"""

from collections.abc import Sequence
from itertools import combinations

import polars as pl

FEWEST_TOLD = 5
"""A figure about fewer people is not told to who may not see them: a count of one is somebody."""
TOO_FEW = f"about fewer than {FEWEST_TOLD} people, whom you may not see"
BY_SUBTRACTION = "a figure about too few people would follow from it and a total"


def withheld(cells: pl.DataFrame, *, axes: Sequence[str]) -> pl.Series:
    """Why each cell is withheld, null where it is told.

    `cells` has a row for each combination of the axes that there is, and the count of `people` it tells of.
    """
    is_small = pl.col("people").is_between(1, FEWEST_TOLD - 1)
    table = (
        cells.with_row_index("place")
        .sort("people", *axes)
        .with_columns(is_small=is_small, is_held=is_small, all=0)
    )
    totals = [line for size in range(len(axes)) for line in combinations(axes, size)]
    held = -1
    while held < (held := int(table["is_held"].sum())):
        for line in totals:
            table = _line_protected(table, ["all", *line])
    reason = pl.when("is_small").then(pl.lit(TOO_FEW)).when("is_held").then(pl.lit(BY_SUBTRACTION))
    return table.sort("place").select(reason.alias("withheld")).to_series()


def _line_protected(table: pl.DataFrame, line: Sequence[str]) -> pl.DataFrame:
    """With one more cell withheld in each line whose total would give away what is withheld in it."""
    held, is_left = pl.col("is_held"), ~pl.col("is_held") & (pl.col("people") > 0)
    people = pl.when("is_held").then("people").otherwise(0).sum().over(line)
    is_open = held.any().over(line) & ((held.sum().over(line) == 1) | (people < FEWEST_TOLD))
    is_least = is_left & (is_left.cast(pl.Int64).cum_sum().over(line) == 1)
    return table.with_columns(is_held=held | (is_open & is_least))
