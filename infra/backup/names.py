"""The stores that a restore works with beside the one it is for: what is being made, and what is replaced."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from infra.settings import Settings
from infra.stores import events_database, keys_database

READ_NAMES = "select datname from pg_database where datname = any(%s::text[])"
READ_SESSIONS = """
select pid, coalesce(nullif(application_name, ''), 'a program without a name'), usename,
    coalesce(host(client_addr), 'this machine')
from pg_stat_activity
where datname = any(%s::text[])
and pid <> pg_backend_pid()
and backend_type = 'client backend'
order by pid
"""


@dataclass(frozen=True, kw_only=True)
class Session:
    """Somebody connected to a database; `pid` is that of the server's process."""

    pid: int
    program: str
    user: str
    host: str


# A store's name never holds a hyphen: nobody can mean these by KEFU_STORE.
def in_making(settings: Settings) -> Settings:
    """The store that is being restored, before it takes its place."""
    return replace(settings, store=f"{settings.store}-new")


def replaced(settings: Settings) -> Settings:
    """The store whose place was taken, until it is dropped."""
    return replace(settings, store=f"{settings.store}-old")


def names_of(settings: Settings) -> tuple[str, str]:
    """The store's two databases."""
    return events_database(settings.store), keys_database(settings.store)


def existing(connection: Connection[Any], settings: Settings) -> list[str]:
    """Those of the store's databases that there are, the events' first."""
    found = {name for (name,) in connection.execute(READ_NAMES, (list(names_of(settings)),)).fetchall()}
    return [name for name in names_of(settings) if name in found]


def drop(connection: Connection[Any], settings: Settings) -> list[str]:
    """Drop the store's databases, whoever is connected; answers those that there were."""
    found = existing(connection, settings)
    for name in found:
        connection.execute(SQL("drop database if exists {} with (force)").format(Identifier(name)))
    return found


def sessions(connection: Connection[Any], names: Iterable[str]) -> list[Session]:
    """Who is connected to these databases."""
    found = connection.execute(READ_SESSIONS, (list(names),)).fetchall()
    return [Session(pid=pid, program=program, user=user, host=host) for pid, program, user, host in found]


def shown(found: Iterable[Session]) -> str:
    """Who they are, each program once with the processes of the server that serve it."""
    pids: dict[str, list[int]] = {}
    for session in found:
        pids.setdefault(f"{session.program} of {session.user} on {session.host}", []).append(session.pid)
    return ", ".join(f"{who} (server pids {', '.join(map(str, own))})" for who, own in pids.items())
