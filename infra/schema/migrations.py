"""Applies the .sql files of a database in order, once each, and refuses one that changed afterwards."""

from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any, Literal

from psycopg import Connection

# Any number; it only has to be the same in every process that migrates.
MIGRATION_LOCK = 5_204_101

CREATE_RECORD = """
create table if not exists schema_migration (
    name text primary key,
    sha256 text not null,
    applied_at timestamptz not null default now()
)
"""


class ChangedMigrationError(Exception):
    """A migration file differs from what this database was built with."""

    def __init__(self, *, database: str, name: str) -> None:
        super().__init__(
            f"migration {name} was changed after database {database} applied it; "
            "put the file back as it was and add a new one"
        )


@dataclass(frozen=True, kw_only=True)
class Migration:
    """One .sql file: its name orders it, its hash tells whether it is still the same."""

    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Hash of the file's text."""
        return sha256(self.sql.encode()).hexdigest()


def migrations(database: Literal["events", "keys"]) -> tuple[Migration, ...]:
    """The migrations of one kind of database, in the order of their names."""
    folder = files("infra") / "schema" / database
    found = (file for file in folder.iterdir() if file.name.endswith(".sql"))
    return tuple(
        Migration(name=file.name, sql=file.read_text(encoding="utf-8"))
        for file in sorted(found, key=lambda file: file.name)
    )


def apply_migrations(connection: Connection[Any], wanted: tuple[Migration, ...]) -> tuple[str, ...]:
    """Apply what is missing, all or nothing, one process at a time; answers the names applied."""
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", (MIGRATION_LOCK,))
        connection.execute("set local client_min_messages to warning")
        connection.execute(CREATE_RECORD)
        applied = dict(connection.execute("select name, sha256 from schema_migration").fetchall())
        _refuse_changed(wanted, applied=applied, database=connection.info.dbname)
        missing = tuple(migration for migration in wanted if migration.name not in applied)
        for migration in missing:
            _apply(connection, migration)
    return tuple(migration.name for migration in missing)


def _refuse_changed(wanted: tuple[Migration, ...], *, applied: dict[str, str], database: str) -> None:
    for migration in wanted:
        if applied.get(migration.name, migration.sha256) != migration.sha256:
            raise ChangedMigrationError(database=database, name=migration.name)


def _apply(connection: Connection[Any], migration: Migration) -> None:
    connection.execute(migration.sql)
    connection.execute(
        "insert into schema_migration (name, sha256) values (%s, %s)", (migration.name, migration.sha256)
    )
