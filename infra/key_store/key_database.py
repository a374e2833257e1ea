"""The key database: its connections, its own secrets, the master key around them, and its one lock."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, LiteralString

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg import Connection
from psycopg_pool import ConnectionPool

from infra.key_store.master_key import MasterKeyError
from infra.key_store.sealing import KEY_BYTES, unwrap, wrap
from infra.postgres.conninfo import parameters

INDEX_SECRET = "index"  # noqa: S105 (the name of a secret)
# Whoever makes or uses a key shares the lock; whoever destroys or rewraps keys holds it alone. So an erasure
# lies wholly before or wholly after every other transaction, and none of them leaves a key behind it.
PERSONS_LOCK = 5_204_103
LOCK_SHARED = "select pg_advisory_xact_lock_shared(%s)"
LOCK_ALONE = "select pg_advisory_xact_lock(%s)"
SELECT_SECRET = "select wrapped from secret where name = %s"  # noqa: S105 (the name of a table)
INSERT_SECRET = "insert into secret (name, wrapped) values (%s, %s) on conflict do nothing"  # noqa: S105

Entry = tuple[bytes | None, str]
"""A search term and whom it finds."""


class KeyDatabase:
    """Connections and secrets; `known_master_keys` answers every key that may have become the right one."""

    def __init__(
        self, conninfo: str, master_key: bytes, *, known_master_keys: Callable[[], Iterable[bytes]] = tuple
    ) -> None:
        self._master = AESGCM(master_key)
        self._masters: tuple[AESGCM, ...] = (self._master,)
        self._known_master_keys = known_master_keys
        self._witness, self._index_key = b"", b""
        self._entered: set[Entry] = set()
        self._database = parameters(conninfo)["dbname"]
        self._pool: ConnectionPool[Connection[Any]] = ConnectionPool(
            conninfo,
            min_size=0,
            max_size=4,
            num_workers=1,
            kwargs={"autocommit": True},
            check=ConnectionPool.check_connection,
            configure=self._doubt,
            open=True,
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    @contextmanager
    def while_nobody_is_erased(self) -> Iterator[Connection[Any]]:
        """A transaction during which no key is destroyed or rewrapped; what makes keys goes through it."""
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(LOCK_SHARED, (PERSONS_LOCK,))
            self._check_master(connection)
            yield connection

    @contextmanager
    def alone(self) -> Iterator[Connection[Any]]:
        """A transaction that waits for everybody else's to end, and lets nobody in meanwhile."""
        with self._pool.connection() as connection, connection.transaction():
            connection.execute(LOCK_ALONE, (PERSONS_LOCK,))
            self._check_master(connection)
            yield connection

    def secret(self, name: str) -> bytes:
        """The store's own 32 random bytes of that name, made once; MasterKeyError if they do not open."""
        with self._pool.connection() as connection:
            found = connection.execute(SELECT_SECRET, (name,)).fetchone()
        if found is not None:
            return self._unwrap(found[0], purpose=secret_purpose(name))
        with self.while_nobody_is_erased() as connection:
            return self._unwrap(self._wrapped_secret(connection, name), purpose=secret_purpose(name))

    def index_key(self) -> bytes:
        """By what search terms and marks are hashed."""
        key = self._index_key or self.secret(INDEX_SECRET)
        self._index_key = key
        return key

    def _doubt(self, _connection: Connection[Any]) -> None:
        """Remember nothing over a new connection: a backup may have been restored in between."""
        self._witness, self._index_key = b"", b""
        self._entered = set()

    def _wrapped_secret(self, connection: Connection[Any], name: str) -> bytes:
        found = connection.execute(SELECT_SECRET, (name,)).fetchone()
        if found is None:
            made = self._wrap(os.urandom(KEY_BYTES), purpose=secret_purpose(name))
            connection.execute(INSERT_SECRET, (name, made))
            found = connection.execute(SELECT_SECRET, (name,)).fetchone()
        assert found is not None  # noqa: S101 (inserted above)
        wrapped: bytes = found[0]
        return wrapped

    def _check_master(self, connection: Connection[Any]) -> None:
        """Wrap by the store's master key of now: another process may have rotated it."""
        wrapped = self._wrapped_secret(connection, INDEX_SECRET)
        if wrapped != self._witness:
            self._master, self._index_key = self._opened(wrapped, purpose=secret_purpose(INDEX_SECRET))
            self._witness = wrapped

    def _wrap(self, key: bytes, *, purpose: str) -> bytes:
        return wrap(key, master=self._master, purpose=purpose)

    def _unwrap(self, wrapped: bytes, *, purpose: str) -> bytes:
        _, key = self._opened(wrapped, purpose=purpose)
        return key

    def _opened(self, wrapped: bytes, *, purpose: str) -> tuple[AESGCM, bytes]:
        """The master key that opens it, and what is inside; a key read before a rotation opens after it."""
        for master in self._masters:
            with suppress(InvalidTag):
                return master, unwrap(wrapped, master=master, purpose=purpose)
        for known in map(AESGCM, self._known_master_keys()):
            with suppress(InvalidTag):
                key = unwrap(wrapped, master=known, purpose=purpose)
                self._masters = (known, *self._masters)
                return known, key
        raise MasterKeyError(database=self._database)

    def _select(self, statement: LiteralString, wanted: Sequence[Any]) -> dict[Any, Any]:
        with self._pool.connection() as connection:
            return select_pairs(connection, statement, wanted)


def select_pairs(
    connection: Connection[Any], statement: LiteralString, wanted: Sequence[Any]
) -> dict[Any, Any]:
    """The pairs that a statement answers for a list, as a dictionary."""
    return dict(connection.execute(statement, (list(wanted),), binary=True).fetchall())


def secret_purpose(name: str) -> str:
    """What the wrapped key of a secret is bound to."""
    return f"secret|{name}"


def subject_purpose(subject: str) -> str:
    """What the wrapped key of a subject is bound to."""
    return f"subject|{subject}"
