"""Every unit with its place in the tree at a moment: what it is, who is above it, since when it is there."""

import polars as pl

from projections.metrics.unit_tree import INSTANT, unit_id, unit_tree
from projections.views.reading import ViewReading

ABOVE = " > "
"""Stands in a path between a unit and the one beneath it."""
COLUMNS = ("unit", "name", "kind", "parent", "top", "path", "depth", "grade", "opened_at", "closed_at")


def unit_places(reading: ViewReading) -> pl.DataFrame:
    """COLUMNS and `above` (list of the unit and all above it, itself last), in the order of the tree.

    Units are written as events name them; `depth` is 0 at the top. Moments are in UTC.
    """
    told = ("name", "kind", "grade", "opened_at", "closed_at")
    units = reading.facts("units", columns=told).with_columns(
        unit_id(), tree_at=pl.lit(reading.reference, INSTANT)
    )
    lines = (
        unit_tree(reading)
        .above(units.select("unit", "tree_at"))
        .sort("steps", descending=True)
        .group_by("unit", maintain_order=True)
        .agg(above="above", depth=pl.col("steps").max())
    )
    placed = units.join(lines, on="unit").with_columns(
        parent=pl.col("above").list.get(-2, null_on_oob=True),
        top=pl.col("above").list.first(),
        path=pl.col("above").list.join(ABOVE),
    )
    return placed.sort("path").select(*COLUMNS, "above")
