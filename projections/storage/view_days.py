"""A day of a view that was made: held against what stands, and stored by what differs from the day before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import polars as pl
from psycopg.sql import SQL, Composable, Identifier

from projections.storage.database import Database
from projections.storage.view_tables import (
    StoredDay,
    complete_indexes,
    create_rows,
    create_table,
    index_rows,
    listed,
    lock_day,
    next_stored_day,
    note_day,
    row_hash,
    stored_day,
    told_alike,
    valid_on,
)
from projections.views.refresh import Partition, PartitionDiffers
from projections.views.view import View

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """How many carried rows end, how many begin, and the XOR of all their hashes and of those made."""

    ended: int
    begun: int
    made: int
    moved_hash: int
    made_hash: int


def keep_day(
    database: Database, view: View, partition: Partition, *, now: datetime
) -> tuple[StoredDay, Literal["stored", "confirmed"]]:
    """Store a day, or hold it against what is stored; raises PartitionDiffers."""
    lock_day(database, view)
    stored = stored_day(database, view, partition.day)
    is_new = create_rows(database, view)
    if stored is not None:
        return _confirmed(view, stored, partition, compare(database, view, partition)), "confirmed"
    if is_new and partition.customers is None:
        noted = _filled(database, view, partition)
        index_rows(database, view)
    else:
        complete_indexes(database, view)
        noted = _noted(database, view, partition, compare(database, view, partition))
        _store(database, view, partition)
    note_day(database, view, noted, now=now)
    return noted, "stored"


def _filled(database: Database, view: View, partition: Partition) -> StoredDay:
    """Put the rows into a table that is new and bare."""
    _bring(database, view, partition)
    fill = SQL(
        "with begun as (insert into {0} ({1}, valid_from, position, row_hash)"
        " select {1}, {2}::date, {3}, {4} from made_now returning row_hash)"
        " select count(*) as rows, coalesce(bit_xor(row_hash), 0) as hash from begun"
    ).format(Identifier(view.table), listed(view.schema), partition.day, partition.position, row_hash(view))
    ((rows, told_hash),) = database.query(fill).rows()
    return StoredDay(day=partition.day, position=partition.position, rows=rows, hash=told_hash)


def _bring(database: Database, view: View, partition: Partition) -> None:
    """Leave until commit: `made_now` with the rows."""
    told_alike(database)
    create_table(database, "made_now", {"number": "bigint", **view.pg_types}, temporary=True)
    numbered = partition.rows.with_row_index("number").with_columns(pl.col("number").cast(pl.Int64))
    database.copy("made_now", numbered, temporary=True)


def compare(database: Database, view: View, partition: Partition) -> Compared:
    """Leave until commit: `made_now` with the rows, and `ended` and `begun`, which of them to end and begin.

    Rows are wide, so that they are written once: what is compared is narrow.
    """
    _bring(database, view, partition)
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
        database.run(SQL("analyze {}").format(Identifier(name)))
    same = SQL("here.row_hash = there.row_hash and {}").format(_same_keys(view))
    missing = SQL(
        "select here.place, here.row_hash from {} as here where not exists (select from {} as there where {})"
    )
    for name, here, there in (("ended", "standing", "made"), ("begun", "made", "standing")):
        _keep(database, name, missing.format(Identifier(here), Identifier(there), same))
    return _counted(database)


def _keep(database: Database, name: str, statement: Composable) -> None:
    database.run(SQL("create temp table {} on commit drop as {}").format(Identifier(name), statement))


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
