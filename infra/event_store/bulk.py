"""Appends chunks of records by COPY: looked up and encoded beforehand, written under the lock."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import Self

import polars as pl
import psycopg
from psycopg import Connection, Cursor
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow, dict_row

from infra.event_store import statements
from infra.event_store.chunk import Chunk, ChunkAnswer, Prepared, answer, judge_records
from infra.event_store.copy_buffers import (
    COPY_HEADER,
    COPY_TRAILER,
    register_arrays,
    text_array,
    uuid_array,
)
from infra.event_store.correction import read_replaced, replace_keys
from infra.event_store.encoding import encode
from infra.event_store.locked_log import (
    check_consecutive,
    read_next_position,
    reserve_positions,
    take_append_lock,
)

# A writer that stalls inside its transaction is disconnected, and its lock released.
IDLE_IN_TRANSACTION = "set idle_in_transaction_session_timeout = '10s'"


class BulkAppender:
    """Appends chunks to the log of one store over two connections: one looks up, one writes.

    `prepare` may run in one thread while `append` runs in another. A broken connection is not tried
    again: whoever tells the records again gets those that were committed as known.
    """

    def __init__(self, conninfo: str) -> None:
        self._looking_up = _Session(conninfo)
        self._writing = _Session(conninfo)

    def prepare(self, chunk: Chunk) -> Prepared:
        """Look up the chunk's keys and versions and finish its buffers, without the lock."""
        with self._looking_up.cursor() as cursor:
            return _prepare(cursor, chunk)

    def append(self, prepared: Prepared) -> ChunkAnswer:
        """Append what is new of a prepared chunk, in one transaction.

        If somebody else appended some of its records or to some of its streams since it was prepared, it
        is prepared again under the lock. Raises LogBusyError if the lock cannot be had.
        """
        if prepared.is_empty:
            return answer(prepared, first=0)
        try:
            with self._writing.locked_cursor() as cursor:
                return _write(cursor, prepared)
        except UniqueViolation:
            with self._writing.locked_cursor() as cursor:
                return _write(cursor, _prepare(cursor, prepared.chunk))

    def append_all(self, chunks: Iterable[Chunk]) -> Iterator[ChunkAnswer]:
        """Append chunk after chunk; the next one is drawn and prepared in a thread meanwhile.

        One that was prepared while a chunk with the same streams or keys was on its way is prepared again.
        """
        remaining = iter(chunks)

        def prepare_next() -> Prepared | None:
            chunk = next(remaining, None)
            return None if chunk is None else self.prepare(chunk)

        with ThreadPoolExecutor(max_workers=1) as thread:
            previous, pending = None, thread.submit(prepare_next)
            while (prepared := pending.result()) is not None:
                pending = thread.submit(prepare_next)
                if previous is not None and prepared.chunk.shares_with(previous):
                    prepared = self._prepare_again(prepared.chunk)
                yield self.append(prepared)
                previous = prepared.chunk

    def _prepare_again(self, chunk: Chunk) -> Prepared:
        # Not over the connection that looks up: it is busy with the next chunk in another thread.
        with self._writing.cursor() as cursor:
            return _prepare(cursor, chunk)

    def correct(self, chunk: Chunk, *, void: Callable[[pl.DataFrame], pl.DataFrame]) -> ChunkAnswer:
        """Append a chunk, and for records that changed void their old events and append the new ones.

        In one transaction, all voids first. `void` gets the events to void (record, position, originator_id,
        originator_version, topic, state as text; without voids and what is voided already) and gives rows of
        originator_id, topic, state (Binary). The key then stands for the new events; what it said before goes
        to the history. Of several records with one key in the chunk only the first corrects.
        """
        with self._writing.locked_cursor() as cursor:
            status = _look_up_status(cursor, chunk.records, correcting=True)
            voids = void(read_replaced(cursor, chunk.records, status=status))
            prepared = encode(
                chunk,
                status=status,
                batch=_next_batch(cursor),
                highest=partial(_look_up_highest, cursor),
                voids=voids,
            )
            replace_keys(cursor, prepared)
            return _write(cursor, prepared)

    def close(self) -> None:
        """Close both connections."""
        self._looking_up.close()
        self._writing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class _Session:
    """A connection that is opened when first used and again after it broke."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: Connection[DictRow] | None = None

    @contextmanager
    def cursor(self) -> Iterator[Cursor[DictRow]]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._conninfo, autocommit=True, row_factory=dict_row)
            self._connection.execute(IDLE_IN_TRANSACTION)
            register_arrays(self._connection)
        with self._connection.cursor() as cursor:
            yield cursor

    @contextmanager
    def locked_cursor(self) -> Iterator[Cursor[DictRow]]:
        with self.cursor() as cursor, cursor.connection.transaction():
            take_append_lock(cursor)
            yield cursor

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def _prepare(cursor: Cursor[DictRow], chunk: Chunk) -> Prepared:
    status = _look_up_status(cursor, chunk.records)
    return encode(chunk, status=status, batch=_next_batch(cursor), highest=partial(_look_up_highest, cursor))


def _write(cursor: Cursor[DictRow], prepared: Prepared) -> ChunkAnswer:
    if prepared.is_empty:
        return answer(prepared, first=0)
    first = reserve_positions(cursor, count=prepared.events)
    _copy(cursor, statements.COPY_EVENTS, rows=prepared.event_rows.standing_from(first))
    _copy(cursor, statements.COPY_KEYS, rows=[prepared.key_rows])
    cursor.execute(
        statements.INSERT_BATCH,
        (prepared.batch, first, prepared.chunk.mapping, prepared.chunk.declares_history),
    )
    check_consecutive(first=first, count=prepared.events, following=read_next_position(cursor))
    cursor.execute(statements.NOTIFY)
    return answer(prepared, first=first)


def _copy(cursor: Cursor[DictRow], statement: str, *, rows: Iterable[memoryview]) -> None:
    with cursor.copy(statement) as copy:
        copy.write(COPY_HEADER)
        for some in rows:
            copy.write(some)
        copy.write(COPY_TRAILER)


def _look_up_status(cursor: Cursor[DictRow], records: pl.DataFrame, *, correcting: bool = False) -> pl.Series:
    parameters = (uuid_array(records["key"]), uuid_array(records["content"]))
    (row,) = cursor.execute(statements.LOOK_UP_KEYS, parameters).fetchall()
    in_log = pl.Series("in_log", row["in_log"] or [], pl.Int32)
    return judge_records(records, in_log, correcting=correcting)


def _look_up_highest(cursor: Cursor[DictRow], streams: pl.Series) -> pl.Series:
    (row,) = cursor.execute(statements.LOOK_UP_VERSIONS, (text_array(streams),)).fetchall()
    return pl.Series("highest", row["highest"] or [], pl.Int64)


def _next_batch(cursor: Cursor[DictRow]) -> int:
    (row,) = cursor.execute(statements.NEXT_BATCH).fetchall()
    return int(row["batch"])
