"""The sums of a fact that is built: rows are added up as they come, and those who look at neighbours last."""

import polars as pl

from projections.facts.spec import FactSpec
from projections.metrics.contributions import CELL, WEIGHT, weighed_cells
from projections.metrics.measures import columns_summed, measures_of, neighbours_of
from projections.metrics.neighbours import with_neighbours
from projections.runner.spill import Memory, Spill
from projections.storage.tables import sum_types

CELLS_APART = 200_000
"""Cells of several frames of rows that are held before they are added up."""
NEIGHBOURS_HELD_BYTES = 40 * 1024 * 1024
"""Above this, rows that look at neighbours are parted by the neighbours' key, so that neighbours meet."""


class Cells:
    """Adds up what every row holds by itself at once, and keeps of the rest only what it is made from."""

    def __init__(self, spec: FactSpec, *, zone: str) -> None:
        """`zone` gives the local day of every cell."""
        self.spec, self.zone = spec, zone
        self.neighbours = neighbours_of(spec.name)
        measures = measures_of(spec.name)
        self.alone = [measure for measure in measures if measure.neighbours is None]
        self.looking = [measure for measure in measures if measure.neighbours is not None]
        self.columns = columns_summed(spec.name, self.alone)
        self.key = self.neighbours.key if self.neighbours else spec.key_names[0]
        kept = columns_summed(spec.name, self.looking) if self.looking else []
        unread = {*spec.key_names} - {self.key}
        self.kept = {name: self._narrow(name) for name in kept if name not in unread}
        self.spill = Spill(by=self.key, schema=self.kept, memory=Memory(held_bytes=NEIGHBOURS_HELD_BYTES))
        self.parts: list[pl.DataFrame] = []

    def add(self, rows: pl.DataFrame) -> None:
        """Take rows of which each comes once."""
        if self.alone:
            rows_alone = rows.select(self.columns)
            self._take(weighed_cells(self.spec.name, rows_alone, zone=self.zone, measures=self.alone))
        if self.looking:
            self.spill.add(rows.select(pl.col(name).cast(dtype) for name, dtype in self.kept.items()))

    def _narrow(self, name: str) -> pl.DataType:
        """Dimensions and what is asked of rows are of few values: four bytes instead of sixteen and more."""
        dtype = self.spec.schema[name]
        return pl.Categorical() if dtype == pl.String() and name != self.key else dtype

    def total(self) -> pl.DataFrame | None:
        """The cells of all rows; None for a fact that nobody sums."""
        if not self.alone and not self.looking:
            return None
        if self.neighbours is not None:
            for rows in self.spill.partitions():
                near = with_neighbours(rows, self.neighbours)
                cells = weighed_cells(self.spec.name, near, zone=self.zone, measures=self.looking)
                self._take(cells.drop(WEIGHT) if self.alone else cells)
        return _added_up(self.parts).select(sum_types(self.spec.name).keys())

    def _take(self, cells: pl.DataFrame) -> None:
        """Hold cells; many are added up in between, since frames of rows share days."""
        self.parts.append(cells)
        if sum(part.height for part in self.parts) > max(CELLS_APART, 2 * self.parts[0].height):
            self.parts = [_added_up(self.parts)]


def _added_up(parts: list[pl.DataFrame]) -> pl.DataFrame:
    cells = pl.concat(parts, how="diagonal")
    return cells.group_by(CELL).agg(pl.exclude(CELL).sum()) if len(parts) > 1 else cells
