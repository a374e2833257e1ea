"""Stored sums as they were at a moment: those of now, less what came later, plus what straddles it as it was.

A moment cuts through few rows, so that this costs as much as the sums of now, whatever the log's length:
reading every row of the period is what else it would take.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl
from psycopg.sql import SQL, Composable, Identifier

from projections.facts.fold import empty_rows
from projections.facts.spec import FactSpec, source_field
from projections.metrics.measure import Neighbours
from projections.metrics.measures import columns_summed, grouping_name, neighbours_of, time_columns
from projections.metrics.retraction import sum_changes, windows_to_fetch
from projections.storage.database import Database, selected
from projections.storage.facts import rows_in_windows
from projections.storage.moments import ALWAYS, Moment, wholly_before


@dataclass(frozen=True)
class Past:
    """Which cells are asked for: of a grouping, on from_day <= day < to_day, neighbours looked at or not."""

    spec: FactSpec
    grouping: tuple[str, ...]
    from_day: date | None
    to_day: date | None
    with_neighbours: bool
    zone: str

    @property
    def neighbours(self) -> Neighbours | None:
        return neighbours_of(self.spec.name) if self.with_neighbours else None

    @property
    def columns(self) -> list[str]:
        """What the cells are made from."""
        return columns_summed(self.spec.name)


def later_rows(database: Database, past: Past, moment: Moment) -> pl.DataFrame:
    """The stored rows not wholly before the moment that may count on these days or for their neighbours."""
    spec = past.spec
    times = time_columns(spec.name)
    spans: Composable = SQL(" or ").join(_within(past, name) for name in times)
    if own_times(spec).issuperset(times):
        # What happened to a row lies between its ends, and these alone are found without reading the period.
        spans = _overlapping(past)
    types = {name: spec.pg_types[name] for name in past.columns}
    statement = SQL("select {} from {} where not ({}) and ({})").format(
        selected(types), Identifier(spec.table), wholly_before(moment), spans
    )
    with database.by_index():
        return database.read(statement, {name: spec.schema[name] for name in types})


def changes_to(database: Database, past: Past, *, later: pl.DataFrame, then: pl.DataFrame) -> pl.DataFrame:
    """The cells to add to the sums of now so that they hold the rows `then` in the place of `later`.

    Without neighbours the measures that look at any come out wrong, and are not asked.
    """
    spec, neighbours = past.spec, past.neighbours
    windows = windows_to_fetch(spec.name, old=later, new=then)
    fetched = empty_rows(spec)
    if neighbours is not None and windows is not None:
        fetched = rows_in_windows(database, spec, windows, key=neighbours.key, time=neighbours.time)
    return sum_changes(spec.name, old=later, new=then, fetched=fetched, zone=past.zone)


def moved(sums: pl.DataFrame, changes: pl.DataFrame, past: Past) -> pl.DataFrame:
    """Sums [the grouping's dimensions, day, measures, rows] with the changes of this grouping and days."""
    named = dict(zip(("v1", "v2"), past.grouping, strict=False))
    unused = ["grouping", *(name for name in ("v1", "v2") if name not in named)]
    wanted = [
        pl.col("grouping") == grouping_name(past.grouping),
        *([pl.col("day") >= past.from_day] if past.from_day else []),
        *([pl.col("day") < past.to_day] if past.to_day else []),
    ]
    mine = changes.filter(wanted).drop(unused).rename(named)
    added = mine.select(pl.col(name).cast(dtype) for name, dtype in sums.schema.items())
    keys = [*past.grouping, "day"]
    cells = pl.concat([sums, added]).group_by(keys, maintain_order=True).agg(pl.exclude(keys).sum())
    return cells.filter(pl.col("rows") != 0).select(sums.columns)


def own_times(spec: FactSpec) -> set[str]:
    """The columns that hold when one of the row's own events happened."""
    return {
        column.name
        for column in spec.columns
        if column.merged is not None and not column.merged.literals and source_field(column) == "occurred_at"
    }


def _overlapping(past: Past) -> Composable:
    """Rows that begin before the days end, or so soon after that they may be neighbours there."""
    conditions: list[Composable] = [ALWAYS]
    if past.from_day is not None:
        conditions.append(SQL("last_occurred_at >= {}").format(_moment(past, past.from_day)))
    if past.to_day is not None:
        reach = timedelta(0) if past.neighbours is None else past.neighbours.within
        conditions.append(SQL("first_occurred_at <= {}").format(_moment(past, past.to_day, reach=reach)))
    return SQL(" and ").join(conditions)


def _within(past: Past, column: str) -> Composable:
    """Rows whose time lies on the days, or so soon after that they may be somebody's neighbour there."""
    reach = timedelta(0) if past.neighbours is None else past.neighbours.within
    name = Identifier(column)
    conditions = [SQL("{} is not null").format(name)]
    if past.from_day is not None:
        conditions.append(SQL("{} >= {}").format(name, _bound(past, column, past.from_day)))
    if past.to_day is not None:
        conditions.append(SQL("{} <= {}").format(name, _bound(past, column, past.to_day, reach=reach)))
    return SQL("({})").format(SQL(" and ").join(conditions))


def _bound(past: Past, column: str, day: date, *, reach: timedelta = timedelta(0)) -> Composable:
    if past.spec.schema[column] == pl.Date():
        return SQL("{}::date").format((day + reach).isoformat())
    return _moment(past, day, reach=reach)


def _moment(past: Past, day: date, *, reach: timedelta = timedelta(0)) -> Composable:
    moment = datetime.combine(day, time(), ZoneInfo(past.zone)) + reach
    return SQL("{}::timestamptz").format(moment.isoformat())
