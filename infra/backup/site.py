"""Where a store is restored: its server, and what is there under its name."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg.errors import InsufficientPrivilege, UndefinedTable
from psycopg.sql import SQL, Identifier

from infra.backup.errors import BackupError
from infra.backup.names import existing, names_of
from infra.backup.swap import take_restore_lock
from infra.postgres import Server, open_server
from infra.settings import Settings

# The tables of each database of which a single row makes a store worth keeping.
TELLING = (("stored_events", "api_key"), ("subject_key", "alias", "erasure", "legal_hold"))


@dataclass(frozen=True, kw_only=True)
class Site:
    """A store's settings, its server, and the connection from which databases are made and dropped."""

    settings: Settings
    server: Server
    connection: Connection[Any]

    def holds_anything(self, settings: Settings) -> bool:
        """Whether that store has any event or key."""
        found = existing(self.connection, settings)
        return any(
            self._has_rows(name, tables)
            for name, tables in zip(names_of(settings), TELLING, strict=True)
            if name in found
        )

    def has_both(self, settings: Settings) -> bool:
        """Whether that store has its two databases."""
        return len(existing(self.connection, settings)) == len(names_of(settings))

    def _has_rows(self, database: str, tables: Iterable[str]) -> bool:
        with Connection[Any].connect(self.server.conninfo(database), autocommit=True) as connection:
            return any(_has_rows(connection, table) for table in tables)


def _has_rows(connection: Connection[Any], table: str) -> bool:
    statement = SQL("select exists (select from {})").format(Identifier(table))
    try:
        return connection.execute(statement).fetchone() == (True,)
    except UndefinedTable:
        # A database that was made and never migrated, or not that far.
        return False


@contextmanager
def locked_site(settings: Settings) -> Iterator[Site]:
    """The site of a store, for one restore at a time; its server is started."""
    server = open_server(settings)
    with Connection[Any].connect(server.maintenance_conninfo, autocommit=True) as connection:
        take_restore_lock(connection, settings)
        try:
            yield Site(settings=settings, server=server, connection=connection)
        except InsufficientPrivilege as error:
            told = error.diag.message_primary
            raise BackupError(
                f"the role of DATABASE_URL may not make, rename and drop databases: {told}"
            ) from error
