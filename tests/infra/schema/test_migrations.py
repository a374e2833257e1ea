"""Migrations run once, in order, all or nothing; a changed one is refused; every way leads to one schema."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Literal
from uuid import uuid4

import pytest
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection, errors
from psycopg.sql import SQL, Identifier

from infra.postgres import create_database, open_server
from infra.postgres.conninfo import parameters
from infra.schema import ChangedMigrationError, apply_migrations, migrations
from infra.schema.migrations import Migration
from infra.stores import Store
from tests.conftest import RunningServer

COLUMNS = """
select table_name, column_name, ordinal_position, data_type, is_nullable, column_default,
    is_identity, identity_generation
from information_schema.columns
where table_schema = 'public' and table_name <> 'schema_migration'
order by 1, 3
"""
CONSTRAINTS = """
select conrelid::regclass::text, conname, pg_get_constraintdef(oid)
from pg_constraint
where connamespace = 'public'::regnamespace and conrelid <> 'schema_migration'::regclass
order by 1, 2
"""
INDEXES = """
select tablename, indexname, indexdef
from pg_indexes
where schemaname = 'public' and tablename <> 'schema_migration'
order by 1, 2
"""
OPTIONS = """
select relname, relkind, reloptions
from pg_class
where relnamespace = 'public'::regnamespace and relname not like 'schema_migration%'
order by 1
"""
SEQUENCES = "select sequencename, start_value, increment_by, cache_size, cycle from pg_sequences order by 1"


def schema_of(connection: Connection[Any]) -> dict[str, list[tuple[Any, ...]]]:
    questions = {
        "columns": COLUMNS,
        "constraints": CONSTRAINTS,
        "indexes": INDEXES,
        "options": OPTIONS,
        "sequences": SEQUENCES,
    }
    return {name: connection.execute(sql).fetchall() for name, sql in questions.items()}


@contextmanager
def empty_database(server: RunningServer) -> Iterator[str]:
    """The address of a new database, dropped afterwards."""
    name = f"empty_{uuid4().hex[:8]}"
    with server.connect() as connection:
        create_database(connection, name)
        yield open_server(server.settings).conninfo(name)
        connection.execute(SQL("drop database {} with (force)").format(Identifier(name)))


@pytest.fixture
def connection(server: RunningServer) -> Iterator[Connection[Any]]:
    """A connection to an empty database, in autocommit mode."""
    with empty_database(server) as conninfo, Connection[Any].connect(conninfo, autocommit=True) as connected:
        yield connected


@pytest.mark.parametrize("kind", ["events", "keys"])
def test_schema_from_scratch_is_the_schema_by_migrations(
    server: RunningServer, connection: Connection[Any], kind: Literal["events", "keys"]
) -> None:
    # From scratch: every file's text, one after the other. By migrations: one more at every start.
    apply_migrations(connection, ())
    for migration in migrations(kind):
        connection.execute(migration.sql)
    with empty_database(server) as conninfo, Connection[Any].connect(conninfo, autocommit=True) as other:
        for count in range(len(migrations(kind)) + 1):
            apply_migrations(other, migrations(kind)[:count])
        assert schema_of(other) == schema_of(connection)
        assert schema_of(other)["columns"]


def test_our_event_table_is_the_librarys(server: RunningServer, connection: Connection[Any]) -> None:
    with empty_database(server) as conninfo, Connection[Any].connect(conninfo, autocommit=True) as theirs:
        apply_migrations(theirs, ())
        parts = parameters(conninfo)
        with PostgresDatastore(
            parts["dbname"], parts["host"], parts["port"], parts["user"], "", originator_id_type="text"
        ) as datastore:
            PostgresApplicationRecorder(datastore).create_table()
        apply_migrations(connection, migrations("events")[:1])
        assert schema_of(connection) == schema_of(theirs)


def test_each_migration_is_recorded_and_applied_once(connection: Connection[Any]) -> None:
    names = tuple(migration.name for migration in migrations("events"))
    assert apply_migrations(connection, migrations("events")) == names
    assert apply_migrations(connection, migrations("events")) == ()
    recorded = connection.execute("select name, sha256 from schema_migration order by name").fetchall()
    assert recorded == [(migration.name, migration.sha256) for migration in migrations("events")]


def test_names_begin_with_their_numbers() -> None:
    for kind in ("events", "keys"):
        numbers = [migration.name.split("_")[0] for migration in migrations(kind)]
        assert numbers == [f"{number:03}" for number in range(1, len(numbers) + 1)]


def test_a_changed_migration_is_refused_and_nothing_applied(connection: Connection[Any]) -> None:
    first, second, *_ = migrations("events")
    apply_migrations(connection, (first,))
    changed = replace(first, sql=first.sql + "\n-- a word more")
    with pytest.raises(ChangedMigrationError, match=f"migration {first.name} was changed") as refused:
        apply_migrations(connection, (changed, second))
    assert connection.info.dbname in str(refused.value)
    assert connection.execute("select name from schema_migration").fetchall() == [(first.name,)]


def test_a_failing_migration_leaves_nothing_half_done(connection: Connection[Any]) -> None:
    good = Migration(name="001_good.sql", sql="create table made (n int)")
    bad = Migration(name="002_bad.sql", sql="create table also_made (n int); select 1 / 0")
    with pytest.raises(errors.DivisionByZero):
        apply_migrations(connection, (good, bad))
    assert connection.execute("select to_regclass('made'), to_regclass('also_made')").fetchone() == (
        None,
        None,
    )
    assert apply_migrations(connection, (good,)) == ("001_good.sql",)


def test_of_many_who_migrate_at_once_one_does(connection: Connection[Any], server: RunningServer) -> None:
    conninfo = open_server(server.settings).conninfo(connection.info.dbname)

    def migrate(_: int) -> int:
        with Connection[Any].connect(conninfo, autocommit=True) as own:
            return len(apply_migrations(own, migrations("events")))

    with ThreadPoolExecutor(max_workers=6) as pool:
        assert sorted(pool.map(migrate, range(6))) == [0] * 5 + [len(migrations("events"))]


def test_a_store_opens_with_every_migration_applied(store: Store) -> None:
    with store.connect() as connection:
        applied = connection.execute("select name from schema_migration order by name").fetchall()
        assert applied == [(migration.name,) for migration in migrations("events")]
    assert store.epoch()
