"""Day partitions of views in PostgreSQL: intervals of rows that stay the same, one line per stored day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import polars as pl
from psycopg.sql import SQL, Composable, Identifier

from projections.storage.database import Database, open_database, selected
from projections.storage.reader import StoredFacts, stored_facts
from projections.storage.tables import table_exists
from projections.views.refresh import Partition, PartitionDiffers, changes, make_partition
from projections.views.view import View

VIEW_LOCK = 5_843_002
"""Advisory lock under which view tables are made and days are stored: one day at a time."""

INTERVAL: Mapping[str, str] = {"valid_from": "date", "valid_to": "date", "position": "bigint"}

CREATE_PARTITIONS = SQL(
    "create table if not exists view_partition ("
    " view text not null, version int not null, day date not null, position bigint not null,"
    " rows bigint not null, hash text not null, refreshed_at timestamptz not null,"
    " primary key (view, version, day))"
)


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """One day of a view: stored now, or made again and found the same as what is stored."""

    view: str
    day: date
    position: int
    rows: int
    status: Literal["stored", "confirmed"]


def refresh_view(conninfo: str, view: View, day: date, *, now: datetime) -> Refreshed:
    """Make a day of a view and store it; a stored day is compared instead and never rewritten.

    Raises DayNotOver, PartitionDiffers, and what `stored_facts` raises.
    """
    with stored_facts(conninfo) as source:
        partition = stored_partition(source, view, day, now=now)
    with open_database(conninfo) as database, database.transaction():
        database.run(SQL("select pg_advisory_xact_lock({})").format(VIEW_LOCK))
        create_view(database, view)
        position = _confirmed_position(database, view, partition)
        if position is None:
            _store(database, view, partition)
            _note(database, view, partition, now=now)
    return Refreshed(
        view=view.name,
        day=day,
        position=partition.position if position is None else position,
        rows=partition.rows.height,
        status="stored" if position is None else "confirmed",
    )


def stored_partition(source: StoredFacts, view: View, day: date, *, now: datetime) -> Partition:
    """A day of a view made from the facts, and from the stored days of the views that it reads."""
    return make_partition(
        source, view, day, now=now, kept=lambda other: read_view(source.database, other, day)
    )


def read_view(database: Database, view: View, day: date) -> pl.DataFrame | None:
    """The rows of a stored day in order of their keys; None where that day was never stored."""
    if not _is_stored(database, view, day):
        return None
    statement = SQL("select {} from {} where {}").format(
        selected(view.pg_types), Identifier(view.table), _valid_on(day)
    )
    return database.read(statement, view.schema).sort(view.keys)


def stored_days(database: Database, view: View) -> pl.DataFrame:
    """The stored days of a view in order: day, position, rows, hash, refreshed_at."""
    if not table_exists(database, "view_partition"):
        database.run(CREATE_PARTITIONS)
    return database.query(
        SQL(
            "select day, position, rows, hash, refreshed_at from view_partition"
            " where view = {} and version = {} order by day"
        ).format(view.name, view.version)
    )


def create_view(database: Database, view: View) -> None:
    """Create the view's table and that of all stored days where they are missing."""
    if table_exists(database, view.table) and table_exists(database, "view_partition"):
        return
    database.run(CREATE_PARTITIONS)
    columns = SQL(", ").join(
        SQL("{} {}").format(Identifier(name), SQL(pg_type))
        for name, pg_type in {**view.pg_types, **INTERVAL}.items()
    )
    table = Identifier(view.table)
    database.run(SQL("create table if not exists {} ({})").format(table, columns))
    database.run(SQL("create index on {} (valid_from, valid_to)").format(table))


def _is_stored(database: Database, view: View, day: date) -> bool:
    return table_exists(database, view.table) and day in stored_days(database, view)["day"].to_list()


def _confirmed_position(database: Database, view: View, partition: Partition) -> int | None:
    """The position of the stored day if it is the same; None if there is none; raises PartitionDiffers."""
    stored = stored_days(database, view).filter(pl.col("day") == partition.day)
    if stored.is_empty():
        return None
    position, rows, found_hash = stored.select("position", "rows", "hash").row(0)
    if found_hash != partition.hash:
        raise PartitionDiffers(
            view=view.name,
            day=partition.day,
            stored_position=position,
            position=partition.position,
            stored_rows=rows,
            rows=partition.rows.height,
        )
    return int(position)


def _store(database: Database, view: View, partition: Partition) -> None:
    """End the carried rows that differ, and begin the new ones; a later stored day keeps its own rows."""
    day, later = partition.day, _next_stored_day(database, view, partition.day)
    carried = database.read(
        SQL("select {}, valid_to, ctid::text as place from {} where {}").format(
            selected(view.pg_types), Identifier(view.table), _valid_on(day)
        ),
        {**view.schema, "valid_to": pl.Date(), "place": pl.String()},
    )
    moved = changes(carried, partition.rows)
    _end(database, view, moved.ended["place"], day)
    begun = [moved.begun.with_columns(valid_from=pl.lit(day), valid_to=pl.lit(later, pl.Date))]
    if later is not None:
        outlasting = moved.ended.filter(pl.col("valid_to").is_null() | (pl.col("valid_to") > later))
        begun.append(outlasting.drop("place").with_columns(valid_from=pl.lit(later)))
    names = [*view.schema, "valid_from", "valid_to"]
    rows = pl.concat([part.select(names) for part in begun])
    if not rows.is_empty():
        database.copy(view.table, rows.with_columns(position=pl.lit(partition.position, pl.Int64)))


def _end(database: Database, view: View, places: pl.Series, day: date) -> None:
    if not places.is_empty():
        statement = SQL("update {} set valid_to = {} where ctid = any({}::text[]::tid[])")
        database.run(statement.format(Identifier(view.table), day, places.to_list()))


def _next_stored_day(database: Database, view: View, day: date) -> date | None:
    later = stored_days(database, view).filter(pl.col("day") > day)["day"]
    return None if later.is_empty() else later[0]


def _note(database: Database, view: View, partition: Partition, *, now: datetime) -> None:
    database.run(
        SQL(
            "insert into view_partition (view, version, day, position, rows, hash, refreshed_at)"
            " values ({}, {}, {}, {}, {}, {}, {})"
        ).format(
            view.name,
            view.version,
            partition.day,
            partition.position,
            partition.rows.height,
            partition.hash,
            now,
        )
    )


def _valid_on(day: date) -> Composable:
    return SQL("valid_from <= {0} and (valid_to is null or valid_to > {0})").format(day)
