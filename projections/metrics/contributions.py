"""What rows add to the stored sums: one frame of cells per (grouping, values, day), by pure arithmetic."""

import polars as pl

from projections.metrics.measure import Measure, type_names
from projections.metrics.measures import (
    GROUPINGS,
    Grouping,
    grouping_name,
    measures_of,
    neighbours_of,
    sum_columns,
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
    return drop_unmoved(_added_up(pl.concat([taken_out, new]), summed))


def drop_unmoved(cells: pl.DataFrame) -> pl.DataFrame:
    """Leave out cells in which nothing changes."""
    return cells.filter(pl.any_horizontal(pl.exclude(CELL) != 0))


def with_derived(fact: str, rows: pl.DataFrame, *, among: pl.DataFrame | None = None) -> pl.DataFrame:
    """The rows with the column that neighbour measures read; unchanged where the fact has none."""
    spec = neighbours_of(fact)
    return rows if spec is None else with_neighbours(rows, spec, among=among)


def weighed_cells(fact: str, rows: pl.DataFrame, *, zone: str) -> pl.DataFrame:
    """Cells of rows that carry their neighbours' times; a column `weight` of -1 takes a row out again."""
    parts = [_measured(fact, rows, time=time, zone=zone) for time in time_columns(fact)]
    summed = [name for name, _ in sum_columns(fact)] + [WEIGHT]
    if rows.height <= STACKED_AT_MOST:
        return _added_up(pl.concat(_stack(fact, parts), how="diagonal"), summed, fact=fact)
    cells = [
        _grouped(part, grouping, [name for name in summed if name in part.columns])
        for part in parts
        for grouping in GROUPINGS[fact]
    ]
    joined = pl.concat(cells, how="diagonal")
    return _typed(joined, fact) if len(parts) == 1 else _added_up(joined, summed, fact=fact)


def local_day(column: str, dtype: pl.DataType | type[pl.DataType], *, zone: str) -> pl.Expr:
    """The date of a moment in a zone; a date is its own."""
    if dtype == pl.Date:
        return pl.col(column)
    return pl.col(column).dt.convert_time_zone(zone).dt.date()


def _measured(fact: str, rows: pl.DataFrame, *, time: str, zone: str) -> pl.DataFrame:
    """Live rows with this time: day, dimensions as text, the measures of that time, and the row's weight."""
    weight = pl.col("weight") if "weight" in rows.columns else pl.lit(1)
    dimensions = dict.fromkeys(name for grouping in GROUPINGS[fact] for name in grouping)
    live = rows.lazy().filter(~pl.col("voided"), pl.col(time).is_not_null())
    return live.select(
        local_day(time, rows.schema[time], zone=zone).alias("day"),
        *(pl.col(name).cast(pl.String) for name in dimensions),
        *(_weighed(measure, rows) for measure in measures_of(fact) if measure.time == time),
        weight.cast(pl.Int64).alias(WEIGHT),
    ).collect()


def _weighed(measure: Measure, rows: pl.DataFrame) -> pl.Expr:
    if "weight" not in rows.columns:
        return measure.column
    return pl.when(pl.col("weight") > 0).then(measure.column).otherwise(-measure.column).alias(measure.name)


def _labels(grouping: Grouping) -> list[pl.Expr]:
    values = [pl.col(name) for name in grouping] + [pl.lit(None, pl.String)] * (2 - len(grouping))
    return [
        pl.lit(grouping_name(grouping)).alias("grouping"),
        *(value.alias(f"v{place}") for place, value in enumerate(values, start=1)),
    ]


def _stack(fact: str, parts: list[pl.DataFrame]) -> list[pl.DataFrame]:
    dimensions = {name for grouping in GROUPINGS[fact] for name in grouping}
    return [
        part.select(*_labels(grouping), pl.exclude(dimensions))
        for part in parts
        for grouping in GROUPINGS[fact]
    ]


def _grouped(part: pl.DataFrame, grouping: Grouping, summed: list[str]) -> pl.DataFrame:
    return (
        part.group_by("day", *grouping).agg(pl.col(summed).sum()).select(*_labels(grouping), "day", *summed)
    )


def _added_up(cells: pl.DataFrame, summed: list[str], *, fact: str | None = None) -> pl.DataFrame:
    added = cells.group_by(CELL).agg(pl.col(summed).sum())
    return added if fact is None else _typed(added, fact)


def _typed(cells: pl.DataFrame, fact: str) -> pl.DataFrame:
    """Every measure's column in declared order and type, 0 where no row had that measure's time."""
    return cells.select(
        *CELL,
        *(pl.col(name).cast(type_names[kind]).fill_null(0) for name, kind in sum_columns(fact)),
        WEIGHT,
    )
