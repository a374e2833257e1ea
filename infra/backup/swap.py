"""The moment of a restore: in one transaction the new databases get the names of the old ones."""

import time
from typing import Any

from psycopg import Connection
from psycopg.errors import ObjectInUse
from psycopg.sql import SQL, Identifier

from infra.backup.errors import BackupError
from infra.backup.names import existing, in_making, names_of, replaced, sessions, shown
from infra.settings import Settings

TRIES = 3
SECONDS_TO_LEAVE = 2
TAKE_RESTORE_LOCK = "select pg_try_advisory_lock(hashtextextended(%s, 5204103))"
TERMINATE = "select pg_terminate_backend(pid, 5000) from unnest(%s::int[]) pid"


def take_restore_lock(connection: Connection[Any], settings: Settings) -> None:
    """Keep other restores of the store out as long as the connection lasts; BackupError if one runs."""
    if connection.execute(TAKE_RESTORE_LOCK, (f"kefu restore {settings.store}",)).fetchone() != (True,):
        raise BackupError(f"another kefu restore of store {settings.store} is running; wait for it")


def refuse_company(connection: Connection[Any], settings: Settings) -> None:
    """BackupError that names who is connected to the store, if anybody stays."""
    deadline = time.monotonic() + SECONDS_TO_LEAVE
    while found := sessions(connection, names_of(settings)):
        if time.monotonic() > deadline:
            raise BackupError(
                f"others are connected to store {settings.store}: {shown(found)}; stop the API, the "
                "projector and Dagster, or give --disconnect to cut them off"
            )
        # A connection that was closed just now is still listed for a moment.
        time.sleep(0.05)


def swap(connection: Connection[Any], settings: Settings, *, disconnect: bool) -> None:
    """Give the store in making its name; the store that had it is then the replaced one.

    All names change in one transaction: after a crash there is the whole old store or the whole new one.
    With `disconnect` whoever is connected is cut off; without, BackupError says who is.
    """
    for _ in range(TRIES):
        if disconnect:
            _cut_off(connection, settings)
        try:
            with connection.transaction():
                _rename(connection, settings, replaced(settings))
                _rename(connection, in_making(settings), settings)
        except ObjectInUse:
            # Somebody came in, and stayed for the five seconds that PostgreSQL waits.
            if not disconnect:
                refuse_company(connection, settings)
        else:
            return
    raise BackupError(f"store {settings.store} is never without connections; stop whoever opens them")


def _rename(connection: Connection[Any], store: Settings, to: Settings) -> None:
    names = dict(zip(names_of(store), names_of(to), strict=True))
    for name in existing(connection, store):
        statement = SQL("alter database {} rename to {}")
        connection.execute(statement.format(Identifier(name), Identifier(names[name])))


def _cut_off(connection: Connection[Any], settings: Settings) -> None:
    pids = [session.pid for session in sessions(connection, names_of(settings))]
    connection.execute(TERMINATE, (pids,))
