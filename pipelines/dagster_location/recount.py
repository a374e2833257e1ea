"""The law of the stored sums, tried on a store: a fact's sums are the group-by of its rows."""

from dataclasses import dataclass

import polars as pl

from projections.metrics.contributions import CELL, contributions, difference
from projections.metrics.measures import GROUPINGS, columns_summed, grouping_name
from projections.storage.reader import StoredFacts
from projections.storage.tables import sum_types

SUMMED_FACTS = tuple(GROUPINGS)
"""The facts that have measures."""


@dataclass(frozen=True)
class Recount:
    """A fact counted again at `position`; `differing` holds counted minus stored, cell by cell."""

    fact: str
    position: int
    rows: int
    cells: int
    differing: pl.DataFrame

    @property
    def is_equal(self) -> bool:
        return self.differing.is_empty()


def recount(facts: StoredFacts, fact: str) -> Recount:
    """Count the rows of a fact again and compare with its stored sums, in one snapshot.

    All live rows are held at once, in the columns that the measures read.
    """
    rows = facts.facts(fact, columns=columns_summed(fact))
    stored = stored_cells(facts, fact)
    return Recount(
        fact=fact,
        position=facts.position(fact),
        rows=rows.height,
        cells=stored.height,
        differing=difference(stored, contributions(fact, rows, zone=facts.zone).select(stored.columns)),
    )


def stored_cells(facts: StoredFacts, fact: str) -> pl.DataFrame:
    """Every stored cell of a fact: grouping, v1, v2, day, measures, rows."""
    columns = sum_types(fact).keys()
    return pl.concat(
        facts.sums(fact, grouping, None, None)
        .rename(dict(zip(grouping, ("v1", "v2"), strict=False)))
        .with_columns(
            pl.lit(grouping_name(grouping)).alias("grouping"),
            *(pl.lit(None, pl.String).alias(value) for value in ("v1", "v2")[len(grouping) :]),
        )
        .select(columns)
        for grouping in GROUPINGS[fact]
    ).select(*CELL, pl.exclude(CELL))
