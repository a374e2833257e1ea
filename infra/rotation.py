"""Another master key for every store of a home: all their keys wrapped again, then the file replaced."""

from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from psycopg import Connection

from infra.key_store import KeyStore, read_or_make_master_key
from infra.key_store.master_key import (
    known_master_keys,
    next_master_key_file,
    replace_master_key,
    with_master_key,
)
from infra.postgres import Server

LIST_KEY_DATABASES = r"""
select datname
from pg_database
where datname like 'kefu\_%\_keys'
order by datname
"""


class Rotated(NamedTuple):
    """One key database whose keys were wrapped again, and how many."""

    database: str
    keys: int


def ignore_step(_database: str) -> None:
    """Tell nobody."""


def rotate_master_key(
    server: Server, file: Path, *, on_database: Callable[[str], None] = ignore_step
) -> list[Rotated]:
    """Wrap the keys of every store that `file` opens by another master key, and put that key in its place.

    An interrupted rotation is taken up where it stood: the next key lies beside the one in use until every
    store is wrapped by it. Stores on the same server that neither key opens belong to another home.
    """
    with with_master_key(file, alone=True):
        return _rotate(server, file, on_database=on_database)


def finish_rotation(server: Server, keys: KeyStore, file: Path) -> None:
    """Go on with a rotation that was interrupted after this store's keys were wrapped again."""
    if next_master_key_file(file).exists():
        with with_master_key(file, alone=True):
            is_to_come = next_master_key_file(file).exists()
            if is_to_come and not keys.opens_by(read_or_make_master_key(file)):
                _rotate(server, file, on_database=ignore_step)


def _rotate(server: Server, file: Path, *, on_database: Callable[[str], None]) -> list[Rotated]:
    old, new = read_or_make_master_key(file), read_or_make_master_key(next_master_key_file(file))
    rotated = []
    for database in key_databases(server):
        on_database(database)
        with closing(KeyStore(server.conninfo(database), old)) as keys:
            if keys.opens_by(old):
                rotated.append(Rotated(database=database, keys=keys.rotate(new)))
    replace_master_key(file)
    return rotated


def key_databases(server: Server) -> list[str]:
    """The key databases of every store on the server."""
    with Connection[Any].connect(server.maintenance_conninfo, autocommit=True) as connection:
        return [name for (name,) in connection.execute(LIST_KEY_DATABASES).fetchall()]


def open_keys(conninfo: str, file: Path) -> KeyStore:
    """The key store by the key in `file`, or by the next one if a rotation got so far."""
    return KeyStore(
        conninfo, read_or_make_master_key(file), known_master_keys=partial(known_master_keys, file)
    )
