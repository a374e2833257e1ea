"""Connections that read facts, kept open between questions: to connect costs more than most questions do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, LifoQueue

import adbc_driver_manager
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL

from infra.event_store.log import EventLog
from projections.storage.database import Database
from projections.storage.reader import StoredFacts

ANYTHING = SQL("select 1")
SESSION = "-c statement_timeout=20s"
"""No longer than anybody waits for an answer: what is left running holds a thread that others need."""


@dataclass(frozen=True, kw_only=True)
class FactReader:
    """One connection to the facts and one to the log, for one question at a time."""

    database: Database
    log: EventLog

    def begin(self) -> StoredFacts:
        """A new snapshot; raises NothingProjected, and ADBC's Error where the server went away."""
        self._join_statements(are_joined=True)
        return StoredFacts(database=self.database, log=self.log)

    def rest(self) -> None:
        """End the snapshot, and leave no transaction open: the server ends one that idles for long."""
        self.database.rollback()
        self._join_statements(are_joined=False)

    def close(self) -> None:
        self.database.close()
        self.log.close()

    def _join_statements(self, *, are_joined: bool) -> None:
        self.database.connection.adbc_connection.set_autocommit(not are_joined)


@dataclass(frozen=True)
class FactReaders:
    """As many readers as there ever were questions at once."""

    conninfo: str
    idle: LifoQueue[FactReader] = field(default_factory=LifoQueue)

    @contextmanager
    def snapshot(self) -> Iterator[StoredFacts]:
        """The facts as they stand now, the same at every read; raises NothingProjected."""
        reader = self._ready()
        try:
            yield reader.begin()
        finally:
            self._give_back(reader)

    def close(self) -> None:
        while (reader := self._idle()) is not None:
            reader.close()

    def _ready(self) -> FactReader:
        """The one used last, or a new one; where its server went away, so did all others' connections."""
        reader = self._idle()
        if reader is not None:
            try:
                reader.database.query(ANYTHING)
            except adbc_driver_manager.Error:
                reader.close()
                self.close()
            else:
                return reader
        conninfo = make_conninfo(self.conninfo, options=SESSION, application_name="kefu-graphql")
        return FactReader(database=Database(conninfo), log=EventLog(conninfo))

    def _idle(self) -> FactReader | None:
        try:
            return self.idle.get_nowait()
        except Empty:
            return None

    def _give_back(self, reader: FactReader) -> None:
        try:
            reader.rest()
        except adbc_driver_manager.Error:
            reader.close()
        else:
            self.idle.put(reader)
