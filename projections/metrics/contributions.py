"""What rows add to the stored sums: one frame of cells per (grouping, values, day), by pure arithmetic."""

from collections.abc import Sequence

import polars as pl

from projections.metrics.measure import Measure, type_names
from projections.metrics.measures import (
    GROUPINGS,
    Grouping,
    grouping_name,
    measures_of,
    neighbours_of,
    time_columns,
)
from projections.metrics.neighbours import with_neighbours

CELL = ["grouping", "v1", "v2", "day"]
WEIGHT = "rows"
STACKED_AT_MOST = 4_000
"""Below this many rows one group-by over the stacked groupings beats one group-by per grouping."""


def contributions(
    fact: str, rows: pl.DataFrame, *, zone: str, neighbours: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The cells [grouping, v1, v2, day, one column per measure, rows] that these rows add up to.

    Voided rows and rows without the measure's time add nothing; `rows` counts row by time column.
    `neighbours` holds every row that theirs may look at, themselves included; without it they see each other.
    """
    return weighed_cells(fact, with_derived(fact, rows, among=neighbours), zone=zone)


def difference(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """What to add to stored sums that hold `old` so that they hold `new`; cells that stay are left out."""
    summed = [name for name in new.columns if name not in CELL]
    taken_out = old.with_columns(-pl.col(name) for name in summed)
    return drop_unmoved(pl.concat([taken_out, new]).group_by(CELL).sum())


def drop_unmoved(cells: pl.DataFrame) -> pl.DataFrame:
    """Leave out cells in which nothing changes."""
    return cells.filter(pl.any_horizontal(pl.exclude(CELL) != 0))


def with_derived(fact: str, rows: pl.DataFrame, *, among: pl.DataFrame | None = None) -> pl.DataFrame:
    """The rows with the column that neighbour measures read; unchanged where the fact has none."""
    spec = neighbours_of(fact)
    return rows if spec is None else with_neighbours(rows, spec, among=among)


def weighed_cells(
    fact: str, rows: pl.DataFrame, *, zone: str, measures: Sequence[Measure] = ()
) -> pl.DataFrame:
    """Cells of rows that carry their neighbours' times; a column `weight` of -1 takes a row out again.

    They have these measures only, all of the fact's by default.
    """
    measures = measures or measures_of(fact)
    measured = pl.concat(
        [_measured(fact, rows, time=time, zone=zone, measures=measures) for time in time_columns(fact)]
    )
    summed = [*(measure.name for measure in measures), WEIGHT]
    if rows.height <= STACKED_AT_MOST:
        return _stacked(fact, measured, summed).group_by(CELL).sum()
    return _grouped(fact, measured, summed)


def local_day(column: str, dtype: pl.DataType, *, zone: str) -> pl.Expr:
    """The date of a moment in a zone; a date is its own."""
    return pl.col(column) if dtype == pl.Date else pl.col(column).dt.convert_time_zone(zone).dt.date()


def _measured(
    fact: str, rows: pl.DataFrame, *, time: str, zone: str, measures: Sequence[Measure]
) -> pl.DataFrame:
    """Live rows with this time: dimensions as text, day, measures (0 for those of other times), weight."""
    weight = pl.col("weight") if "weight" in rows.columns else pl.lit(1)
    dimensions = dict.fromkeys(name for grouping in GROUPINGS[fact] for name in grouping)
    live = rows.lazy().filter(~pl.col("voided"), pl.col(time).is_not_null())
    return live.select(
        *(pl.col(name).cast(pl.String) for name in dimensions),
        local_day(time, rows.schema[time], zone=zone).alias("day"),
        *(_weighed(measure, rows, time=time) for measure in measures),
        weight.cast(pl.Int64).alias(WEIGHT),
    ).collect()


def _weighed(measure: Measure, rows: pl.DataFrame, *, time: str) -> pl.Expr:
    if measure.time != time:
        return pl.lit(0, type_names[measure.sql_type]).alias(measure.name)
    if "weight" not in rows.columns:
        return measure.value
    return pl.when(pl.col("weight") > 0).then(measure.value).otherwise(-measure.value).alias(measure.name)


def _stacked(fact: str, measured: pl.DataFrame, summed: list[str]) -> pl.DataFrame:
    """Every row once per grouping, labelled by it; whole series are joined because selecting costs more."""
    groupings, height = GROUPINGS[fact], measured.height

    def values(place: int) -> pl.Series:
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, height)
        chosen = [measured[g[place]] if place < len(g) else nothing for g in groupings]
        return pl.concat(chosen).alias(f"v{place + 1}")

    names = pl.concat([pl.Series([grouping_name(g)]).new_from_index(0, height) for g in groupings])
    repeated = pl.concat([measured.select("day", *summed)] * len(groupings))
    return pl.DataFrame([names.alias("grouping"), values(0), values(1), *repeated.get_columns()])


def _grouped(fact: str, measured: pl.DataFrame, summed: list[str]) -> pl.DataFrame:
    """One group-by per grouping: of the rows, or of the cells of a grouping that holds all its dimensions."""
    found: dict[Grouping, pl.DataFrame] = {}
    for grouping in sorted(GROUPINGS[fact], key=len, reverse=True):
        finer = (cells for other, cells in found.items() if set(grouping) < set(other))
        source = next(finer, measured)
        found[grouping] = source.group_by("day", *grouping).agg(pl.col(summed).sum())
    return pl.concat([_labelled(grouping, found[grouping], summed) for grouping in GROUPINGS[fact]])


def _labelled(grouping: Grouping, cells: pl.DataFrame, summed: list[str]) -> pl.DataFrame:
    values = [pl.col(name) for name in grouping] + [pl.lit(None, pl.String)] * (2 - len(grouping))
    return cells.select(
        pl.lit(grouping_name(grouping)).alias("grouping"),
        *(value.alias(f"v{place}") for place, value in enumerate(values, start=1)),
        "day",
        *summed,
    )
