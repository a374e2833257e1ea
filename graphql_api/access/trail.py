"""The access log as it is written: at once where nothing may be shown without it, else by the second."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from psycopg import AsyncConnection, Error
from psycopg.sql import SQL, Identifier, Placeholder
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from graphql_api.access.trail_entry import COLUMNS, TrailEntry

log = logging.getLogger("kefu.access")

ACCESS_NOT_RECORDED = "ACCESS_NOT_RECORDED"
SECONDS_TOGETHER = 1.0
SECONDS_TO_WRITE = 5.0
LONGEST_DAYS = 36_500
MOST_WAITING = 10_000
"""Lines that wait to be written; whoever would add another waits until they are."""

INSERT = SQL("insert into access_log ({}) values ({})").format(
    SQL(", ").join(map(Identifier, COLUMNS)), SQL(", ").join(Placeholder() for _ in COLUMNS)
)
DELETE_OLD = b"delete from access_log where at < %s"


class NotRecordedError(Exception):
    """The access log cannot be written, so nothing is shown that must be on record."""

    def __init__(self) -> None:
        super().__init__("What you asked for may only be shown once it is on record, which failed; try again")


class Trail:
    """Open it within the running event loop, and close it there: what waits is then written."""

    def __init__(self, conninfo: str, *, days: int, clock: Callable[[], datetime]) -> None:
        self._pool = AsyncConnectionPool(
            conninfo,
            connection_class=AsyncConnection[Any],
            min_size=0,
            max_size=2,
            kwargs={"autocommit": True, "application_name": "kefu-access-log"},
            open=False,
            name="access-log",
            timeout=SECONDS_TO_WRITE,
        )
        self._kept, self._clock = timedelta(days=min(days, LONGEST_DAYS)), clock
        self._waiting: list[TrailEntry] = []
        self._is_closing = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Lines older than the days for which they are kept are deleted now, and every day after."""
        await self._pool.open()
        self._writer = asyncio.create_task(self._write_together(), name="access-log")

    async def close(self) -> None:
        """Ask the writer to end: a wait for a connection that ends just then would lose its cancellation."""
        self._is_closing.set()
        if self._writer is not None:
            await asyncio.wait({self._writer}, timeout=SECONDS_TO_WRITE)
            self._writer.cancel()
        try:
            await self._flush()
        except (Error, PoolTimeout):
            log.exception("the access log could not be written: %d lines are lost", len(self._waiting))
        await self._pool.close()

    async def keep(self, entry: TrailEntry) -> None:
        """On record when it returns; raises NotRecordedError where it is not."""
        try:
            async with asyncio.timeout(SECONDS_TO_WRITE):
                await self._write([entry])
        except (Error, PoolTimeout, TimeoutError) as error:
            log.exception("the access log cannot be written")
            raise NotRecordedError from error

    async def note(self, entry: TrailEntry) -> None:
        """On record within about a second; raises NotRecordedError where too many lines wait already."""
        if len(self._waiting) >= MOST_WAITING:
            await self.keep(entry)
        else:
            self._waiting.append(entry)

    async def delete_old(self) -> None:
        """Lines of before the days for which they are kept."""
        async with self._pool.connection() as connection:
            await connection.execute(DELETE_OLD, (self._clock() - self._kept,))

    async def _write_together(self) -> None:
        deleted_on = None
        while not self._is_closing.is_set():
            try:
                if deleted_on != self._clock().date():
                    await self.delete_old()
                    deleted_on = self._clock().date()
                await self._flush()
            except (Error, PoolTimeout):
                log.exception("the access log cannot be written; %d lines wait", len(self._waiting))
            with suppress(TimeoutError):
                async with asyncio.timeout(SECONDS_TOGETHER):
                    await self._is_closing.wait()

    async def _flush(self) -> None:
        """What could not be written waits on."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        try:
            await self._write(waiting)
        except BaseException:
            self._waiting = waiting + self._waiting
            raise

    async def _write(self, entries: list[TrailEntry]) -> None:
        async with self._pool.connection() as connection, connection.transaction():
            await connection.cursor().executemany(INSERT, [entry.values for entry in entries])
