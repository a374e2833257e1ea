"""The tables of views: intervals of rows that stay the same, a line per stored day, and hashes of rows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import polars as pl
from psycopg.sql import SQL, Composable, Identifier

from projections.storage.database import Database, selected
from projections.storage.moments import array_text, narrowed
from projections.storage.row_security import protect_view
from projections.storage.tables import missing_tables, table_exists
from projections.storage.view_orders import STILL_VALID, Part, indexed, listing_indexes
from projections.views.reading import Wanted
from projections.views.view import View

VIEW_LOCK = 5_843_002
"""Advisory lock under which the days of a view are stored, one at a time: with the view, or for all."""
INTERVAL: Mapping[str, str] = {
    "valid_from": "date",
    "valid_to": "date",
    "position": "bigint",
    "row_hash": "bigint",
}
"""`valid_to` is exclusive, and null while the row goes on."""

CREATE_PARTITIONS = SQL(
    "create table if not exists view_partition ("
    " view text not null, version int not null, day date not null, position bigint not null,"
    " rows bigint not null, hash bigint not null, refreshed_at timestamptz not null,"
    " primary key (view, version, day))"
)
NO_DAYS = {
    "day": pl.Date(),
    "position": pl.Int64(),
    "rows": pl.Int64(),
    "hash": pl.Int64(),
    "refreshed_at": pl.Datetime("us", "UTC"),
}


@dataclass(frozen=True, kw_only=True)
class StoredDay:
    """What was noted of a day when it was stored; `hash` is the XOR of those of its rows."""

    day: date
    position: int
    rows: int
    hash: int


def stored_days(database: Database, view: View) -> pl.DataFrame:
    """The stored days of a view in order: day, position, rows, hash, refreshed_at."""
    if not table_exists(database, "view_partition"):
        return pl.DataFrame(schema=NO_DAYS)
    return database.query(
        SQL(
            "select day, position, rows, hash, refreshed_at from view_partition"
            " where view = {} and version = {} order by day"
        ).format(view.name, view.version)
    )


def stored_day(database: Database, view: View, day: date) -> StoredDay | None:
    """What was noted of one day; None where it was never stored."""
    found = stored_days(database, view).filter(pl.col("day") == day).drop("refreshed_at").to_dicts()
    return StoredDay(**found[0]) if found else None


def stored_whole(database: Database, view: View, day: date) -> StoredDay | None:
    """What was noted of one day, at the lowest position of it and of the views that it reads.

    None where that day of any of these was never stored: it may have been made otherwise since.
    """
    days = [stored_day(database, one, day) for one in (view, *view.views)]
    found = [one for one in days if one is not None]
    if len(found) < len(days):
        return None
    return replace(found[0], position=min(one.position for one in found))


def next_stored_day(database: Database, view: View, day: date) -> date | None:
    later = stored_days(database, view).filter(pl.col("day") > day)["day"]
    return None if later.is_empty() else later[0]


def read_view(database: Database, view: View, day: date) -> pl.DataFrame | None:
    """The rows of a stored day in order of their keys; None where that day was never stored."""
    rows = read_wanted(database, view, day, wanted=Wanted())
    return None if rows is None else rows.sort(view.keys)


def read_wanted(database: Database, view: View, day: date, *, wanted: Wanted) -> pl.DataFrame | None:
    """What is wanted of the rows of a stored day, in no order; None where that day was never stored.

    Of some customers alone, where the view is about customers.
    """
    if stored_day(database, view, day) is None:
        return None
    whose: Composable = SQL("true")
    if wanted.customers is not None and "customer_id" in view.schema:
        whose = SQL("customer_id = any({}::text[])").format(array_text(sorted(wanted.customers)))
    columns = wanted.among(view)
    statement = SQL("select {} from {} where {} and {} and {}").format(
        selected({name: view.pg_types[name] for name in columns}),
        Identifier(view.table),
        valid_on(day),
        whose,
        narrowed(wanted.time, {}),
    )
    return database.read(statement, {name: view.schema[name] for name in columns})


def read_days(
    database: Database,
    view: View,
    *,
    before: date,
    columns: Sequence[str],
    customers: Collection[str] | None = None,
) -> pl.DataFrame:
    """These columns of the stored rows of all days before one; `valid_from` and `valid_to` are such."""
    schema = {**view.schema, "valid_from": pl.Date(), "valid_to": pl.Date()}
    wanted = {name: schema[name] for name in columns}
    if not table_exists(database, view.table):
        return pl.DataFrame(schema=wanted)
    types = {name: {**view.pg_types, **INTERVAL}[name] for name in columns}
    equal = {} if customers is None else {"customer_id": sorted(customers)}
    statement = SQL("select {} from {} where valid_from < {} and {}").format(
        selected(types), Identifier(view.table), before, narrowed(None, equal)
    )
    return database.read(statement, wanted)


def hash_of_day(database: Database, view: View, day: date) -> int | None:
    """What the rows of a stored day amount to now, from their columns; None where it was never stored."""
    if stored_day(database, view, day) is None:
        return None
    statement = SQL("select coalesce(bit_xor({}), 0) as hash from {} where {}")
    told_alike(database)
    return int(database.query(statement.format(row_hash(view), Identifier(view.table), valid_on(day))).item())


def lock_day(database: Database, view: View) -> None:
    """Store no other day of the view until this transaction ends; make the table of all stored days."""
    database.run(SQL("select pg_advisory_xact_lock({}, hashtext({}))").format(VIEW_LOCK, view.table))
    if not table_exists(database, "view_partition"):
        database.run(SQL("select pg_advisory_xact_lock({})").format(VIEW_LOCK))
        database.run(CREATE_PARTITIONS)


def create_view(database: Database, view: View) -> None:
    """Create the view's table, its indexes and the table of all stored days where they are missing."""
    database.run(CREATE_PARTITIONS)
    if create_rows(database, view):
        index_rows(database, view)
    else:
        complete_indexes(database, view)


def create_rows(database: Database, view: View) -> bool:
    """Create the view's table without any index; whether it was missing."""
    if table_exists(database, view.table):
        return False
    create_table(database, view.table, {**view.pg_types, **INTERVAL})
    protect_view(database, view)
    return True


def index_rows(database: Database, view: View) -> None:
    """Give a new table its indexes: once it is filled, which is quicker than row by row."""
    database.run(SQL("create index on {} (valid_from, valid_to)").format(Identifier(view.table)))
    if not view.has_many_rows or not view.nullable.isdisjoint(view.keys):
        database.run(SQL("create index on {} ({})").format(Identifier(view.table), listed(view.keys)))
    complete_indexes(database, view)


def complete_indexes(database: Database, view: View) -> None:
    """Create the indexes of the view's lists that are missing."""
    indexes = listing_indexes(view)
    for name in missing_tables(database, list(indexes)) if indexes else ():
        _create_listing(database, view, name, indexes[name])


def _create_listing(database: Database, view: View, name: str, parts: Sequence[Part]) -> None:
    statement = SQL("create index {} on {} ({}, valid_from, ({}))")
    database.run(statement.format(Identifier(name), Identifier(view.table), indexed(parts), STILL_VALID))


def create_table(
    database: Database, table: str, pg_types: Mapping[str, str], *, temporary: bool = False
) -> None:
    columns = SQL(", ").join(
        SQL("{} {}").format(Identifier(name), SQL(pg_type)) for name, pg_type in pg_types.items()
    )
    form = "create temp table {} ({}) on commit drop" if temporary else "create table if not exists {} ({})"
    database.run(SQL(form).format(Identifier(table), columns))


def note_day(database: Database, view: View, noted: StoredDay, *, now: datetime) -> None:
    database.run(
        SQL(
            "insert into view_partition (view, version, day, position, rows, hash, refreshed_at)"
            " values ({}, {}, {}, {}, {}, {}, {})"
        ).format(view.name, view.version, noted.day, noted.position, noted.rows, noted.hash, now)
    )


def valid_on(day: date) -> Composable:
    return SQL("valid_from <= {0} and (valid_to is null or valid_to > {0})").format(day)


def told_alike(database: Database) -> None:
    """Settings of this transaction under which a row is always told by the same text."""
    for name, value in (("timezone", "UTC"), ("datestyle", "ISO, YMD"), ("extra_float_digits", "1")):
        database.run(SQL("select set_config({}, {}, true)").format(name, value))


def row_hash(view: View) -> Composable:
    """The first 64 bits of the MD5 of a row's text: it tells rows apart and keeps no secret."""
    row = SQL("row({})::text").format(listed(view.schema))
    return SQL("('x' || left(md5({}), 16))::bit(64)::bigint").format(row)


def listed(names: Iterable[str]) -> Composable:
    return SQL(", ").join(map(Identifier, names))
