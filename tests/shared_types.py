"""ADBC reads the types of a database once for all connections of a test, and not for each again."""

import threading
from collections import OrderedDict
from typing import Any

import adbc_driver_postgresql
from adbc_driver_manager import AdbcConnection
from adbc_driver_manager.dbapi import Connection, _SharedDatabase

KEPT = 4
"""Databases whose types are kept: a test has one store or two."""


class Session(Connection):
    """A connection; ADBC counts those of a database without a lock, so that one closes at a time."""

    def __init__(self, *arguments: Any, lock: threading.RLock, **named: Any) -> None:
        self._closing = lock
        super().__init__(*arguments, **named)

    def close(self) -> None:
        with self._closing:
            super().close()


class TypesOnce:
    """`adbc_driver_postgresql.dbapi.connect` in all but one thing.

    Each connection is a session of its own on the real server. They share what ADBC knows of types: to read
    that takes 60 ms of processor time where the tables of all facts stand. We use PostgreSQL's own types.
    """

    def __init__(self) -> None:
        # Whoever opens may be made to collect garbage, and so to close another.
        self._lock, self._counted = threading.Lock(), threading.RLock()
        self._known: OrderedDict[str, _SharedDatabase] = OrderedDict()

    def connect(self, uri: str, *, autocommit: bool = False) -> Connection:
        """A new connection; ADBC's OperationalError says why there is none."""
        database = self._database(uri)
        try:
            with self._counted:
                opened = AdbcConnection(database._db)
            return Session(database, opened, autocommit=autocommit, lock=self._counted)
        finally:
            database.close()

    def forget(self) -> None:
        """Let go of all that is known; who is still connected keeps it."""
        with self._lock:
            self._forget_all_but(0)

    def _database(self, uri: str) -> Any:
        with self._lock:
            if uri not in self._known:
                self._known[uri] = _SharedDatabase(adbc_driver_postgresql.connect(uri))
                self._forget_all_but(KEPT)
            self._known.move_to_end(uri)
            return self._known[uri].clone()

    def _forget_all_but(self, kept: int) -> None:
        while len(self._known) > kept:
            self._known.popitem(last=False)[1].close()
