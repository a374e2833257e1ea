"""Days of views made and stored: whole, or from the day before by those who were touched since."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import polars as pl
from psycopg.sql import SQL, Composable, Identifier

from infra.event_store.log import EventLog
from projections.storage.database import Database, open_database
from projections.storage.reader import StoredFacts
from projections.storage.touched import touched_since
from projections.storage.view_tables import (
    StoredDay,
    create_table,
    create_view,
    listed,
    next_stored_day,
    note_day,
    read_wanted,
    row_hash,
    stored_day,
    told_alike,
    valid_on,
)
from projections.views.reading import Kept
from projections.views.refresh import Partition, PartitionDiffers, make_partition
from projections.views.view import View

VIEW_LOCK = 5_843_002
"""Advisory lock under which view tables are made and days are stored: one day at a time."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """One day of a view: stored now, or made again and found the same as what is stored.

    `remade`: how many rows were made; those of everybody untouched were taken from the day before.
    """

    view: str
    day: date
    position: int
    rows: int
    status: Literal["stored", "confirmed"]
    remade: int


def refresh_view(conninfo: str, view: View, day: date, *, now: datetime) -> Refreshed:
    """Make a day of a view and store it; a stored day is compared instead and never rewritten.

    Raises DayNotOver, PartitionDiffers, and NothingProjected.
    """
    with refresher(conninfo) as opened:
        return opened.refresh(view, day, now=now)


@dataclass(frozen=True, kw_only=True)
class Refresher:
    """Two connections that stay open for many days and views: one reads, one writes."""

    reading: Database
    log: EventLog
    writing: Database

    def refresh(self, view: View, day: date, *, now: datetime) -> Refreshed:
        """What `refresh_view` does, in a snapshot of its own."""
        try:
            source = StoredFacts(database=self.reading, log=self.log)
            partition = next_partition(source, view, day, now=now)
        finally:
            self.reading.rollback()
        with self.writing.transaction() as database:
            return _kept_of_day(database, view, partition, now=now)


@contextmanager
def refresher(conninfo: str) -> Iterator[Refresher]:
    """Open what refreshes, and close it."""
    with (
        open_database(conninfo) as reading,
        EventLog(conninfo) as log,
        open_database(conninfo) as writing,
    ):
        yield Refresher(reading=reading, log=log, writing=writing)


def _kept_of_day(database: Database, view: View, partition: Partition, *, now: datetime) -> Refreshed:
    """Store a day, or hold it against what is stored."""
    database.run(SQL("select pg_advisory_xact_lock({})").format(VIEW_LOCK))
    create_view(database, view)
    stored = stored_day(database, view, partition.day)
    counted = _compare(database, view, partition)
    if stored is None:
        noted = _noted(database, view, partition, counted)
        _store(database, view, partition)
        note_day(database, view, noted, now=now)
    else:
        noted = _confirmed(view, stored, partition, counted)
    return Refreshed(
        view=view.name,
        day=partition.day,
        position=noted.position,
        rows=noted.rows,
        status="confirmed" if stored else "stored",
        remade=partition.rows.height,
    )


def next_partition(source: StoredFacts, view: View, day: date, *, now: datetime) -> Partition:
    """A day made of what was touched since the day before, where that is stored; else, and again, whole."""
    before = stored_day(source.database, view, day - ONE_DAY)
    if not view.is_by_customer or before is None or stored_day(source.database, view, day) is not None:
        return stored_partition(source, view, day, now=now)
    customers = touched_since(source, view, before, now=now)
    if customers is None:
        return stored_partition(source, view, day, now=now)
    return make_partition(source, view, day, now=now, kept=kept_of(source, day), customers=customers)


def stored_partition(source: StoredFacts, view: View, day: date, *, now: datetime) -> Partition:
    """A day of a view made from the facts, and from the stored days of the views that it reads."""
    return make_partition(source, view, day, now=now, kept=kept_of(source, day))


def differing_rows(conninfo: str, view: View, partition: Partition) -> int:
    """How many rows of a stored day, and of the same day made again, are not the other's."""
    with open_database(conninfo) as database:
        counted = _compare(database, view, partition)
        database.rollback()
    return counted.ended + counted.begun


def kept_of(source: StoredFacts, day: date) -> Kept:
    """The stored rows of other views on a day."""
    return lambda other, wanted: read_wanted(source.database, other, day, wanted=wanted)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """How many carried rows end, how many begin, and the XOR of all their hashes and of those made."""

    ended: int
    begun: int
    made: int
    moved_hash: int
    made_hash: int


def _compare(database: Database, view: View, partition: Partition) -> Compared:
    """Leave until commit: `made_now` with the rows, and `ended` and `begun`, which of them to end and begin.

    Rows are wide, so that they are written once: what is compared is narrow.
    """
    told_alike(database)
    create_table(database, "made_now", {"number": "bigint", **view.pg_types}, temporary=True)
    numbered = partition.rows.with_row_index("number").with_columns(pl.col("number").cast(pl.Int64))
    database.copy("made_now", numbered, temporary=True)
    keys = listed(view.keys)
    narrow = {
        "made": SQL("select number as place, {}, {} as row_hash from made_now").format(keys, row_hash(view)),
        "standing": SQL("select ctid as place, {}, row_hash from {} where {} and {}").format(
            keys,
            Identifier(view.table),
            valid_on(partition.day),
            _scope(database, partition.customers),
        ),
    }
    for name, statement in narrow.items():
        _keep(database, name, statement)
    same = SQL("here.row_hash = there.row_hash and {}").format(_same_keys(view))
    missing = SQL(
        "select here.place, here.row_hash from {} as here where not exists (select from {} as there where {})"
    )
    for name, here, there in (("ended", "standing", "made"), ("begun", "made", "standing")):
        _keep(database, name, missing.format(Identifier(here), Identifier(there), same))
    return _counted(database)


def _keep(database: Database, name: str, statement: Composable) -> None:
    """A temporary table of what a statement gives, looked at so that joins with it are planned well."""
    database.run(SQL("create temp table {} on commit drop as {}").format(Identifier(name), statement))
    database.run(SQL("analyze {}").format(Identifier(name)))


def _counted(database: Database) -> Compared:
    totals = SQL(" union all ").join(
        SQL("select count(*) as rows, coalesce(bit_xor(row_hash), 0) as hash from {}").format(
            Identifier(name)
        )
        for name in ("ended", "begun", "made")
    )
    (ended, ended_hash), (begun, begun_hash), (made, made_hash) = database.query(totals).rows()
    return Compared(
        ended=ended, begun=begun, made=made, moved_hash=ended_hash ^ begun_hash, made_hash=made_hash
    )


def _scope(database: Database, customers: Collection[str] | None) -> Composable:
    """Whose rows are compared."""
    if customers is None:
        return SQL("true")
    create_table(database, "remade_customer", {"customer_id": "text"}, temporary=True)
    database.copy("remade_customer", pl.DataFrame({"customer_id": sorted(customers)}), temporary=True)
    database.run(SQL("analyze remade_customer"))
    return SQL("customer_id in (select customer_id from remade_customer)")


def _same_keys(view: View) -> Composable:
    return SQL(" and ").join(
        SQL("here.{0} is not distinct from there.{0}").format(Identifier(key)) for key in view.keys
    )


def _noted(database: Database, view: View, partition: Partition, counted: Compared) -> StoredDay:
    rows, told_hash = counted.made, counted.made_hash
    if partition.customers is not None:
        before = stored_day(database, view, partition.day - ONE_DAY)
        if before is None:
            raise LookupError(f"{view.name}: the day before {partition.day} is no longer stored")
        rows = before.rows - counted.ended + counted.begun
        told_hash = before.hash ^ counted.moved_hash
    return StoredDay(day=partition.day, position=partition.position, rows=rows, hash=told_hash)


def _confirmed(view: View, stored: StoredDay, partition: Partition, counted: Compared) -> StoredDay:
    if counted.ended or counted.begun:
        raise PartitionDiffers(
            view=view.name,
            day=partition.day,
            stored_position=stored.position,
            position=partition.position,
            stored_rows=stored.rows,
            rows=stored.rows - counted.ended + counted.begun,
        )
    return stored


def _store(database: Database, view: View, partition: Partition) -> None:
    """End the carried rows that differ, and begin the new ones; a later stored day keeps its own rows."""
    table, day, names = Identifier(view.table), partition.day, listed(view.schema)
    later = next_stored_day(database, view, day)
    if later is not None:
        outlasting = SQL(
            "insert into {0} ({1}, valid_from, valid_to, position, row_hash)"
            " select {1}, {2}::date, valid_to, position, row_hash from {0}"
            " where ctid in (select place from ended) and (valid_to is null or valid_to > {2})"
        )
        database.run(outlasting.format(table, names, later))
    database.run(
        SQL("update {} set valid_to = {} where ctid in (select place from ended)").format(table, day)
    )
    begin = SQL(
        "insert into {0} ({1}, valid_from, valid_to, position, row_hash)"
        " select {1}, {2}::date, {3}::date, {4}, begun.row_hash"
        " from made_now join begun on begun.place = made_now.number"
    )
    database.run(begin.format(table, names, day, later, partition.position))
