"""Creates databases whose text sorts by code point, the same on every server and for ever."""

from typing import Any

from psycopg import Connection, errors
from psycopg.sql import SQL, Composed, Identifier

# Any number; it only has to be the same in every process that creates databases.
CREATION_LOCK = 5_204_102

FIRST_WITH_BUILTIN_LOCALE = 170_000

UTF8_LOCALE = "select collcollate from pg_collation where collcollate in ('C.UTF-8', 'C.utf8') limit 1"


def create_database(connection: Connection[Any], name: str, *, template: str | None = None) -> bool:
    """Create database `name` unless it exists; True if this call made it. Any number of processes may try."""
    if _exists(connection, name):
        return False
    connection.execute("select pg_advisory_lock(%s)", (CREATION_LOCK,))
    try:
        if _exists(connection, name):
            return False
        connection.execute(_statement(connection, name=name, template=template))
    except errors.DuplicateDatabase:
        # Made from another maintenance database, where our lock does not reach.
        return False
    finally:
        connection.execute("select pg_advisory_unlock(%s)", (CREATION_LOCK,))
    return True


def _exists(connection: Connection[Any], name: str) -> bool:
    found = connection.execute("select 1 from pg_database where datname = %s", (name,))
    return found.fetchone() is not None


def _statement(connection: Connection[Any], *, name: str, template: str | None) -> Composed:
    if template is not None:
        # Copying the files of a small database at rest is quicker than writing its pages to the log.
        return SQL("create database {} template {} strategy file_copy").format(
            Identifier(name), Identifier(template)
        )
    return SQL("create database {} template template0 encoding 'UTF8' {}").format(
        Identifier(name), _locale(connection)
    )


def _locale(connection: Connection[Any]) -> SQL | Composed:
    if connection.info.server_version >= FIRST_WITH_BUILTIN_LOCALE:
        return SQL("locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'")
    found = connection.execute(UTF8_LOCALE).fetchone()
    return SQL("lc_collate 'C' lc_ctype {}").format(found[0] if found else "C")
