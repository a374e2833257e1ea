"""Reading from the event database without holding the event loop: one pool of read-only connections."""

import asyncio
from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection, AsyncCursor
from psycopg.conninfo import make_conninfo
from psycopg.errors import UndefinedTable
from psycopg.sql import Composed
from psycopg_pool import AsyncConnectionPool

from graphql_api.access.limited_reads import fetch_limited, find_reach
from graphql_api.access.reach import Reach, RowScope
from graphql_api.question_errors import nothing_projected
from graphql_api.turns import fetched

Row = tuple[Any, ...]

CONNECTIONS = 8
REACHES = 1_000
REACH_LASTS = 1.0
"""Seconds for which it is remembered which units and customers a limited caller sees."""
SESSION = "-c timezone=UTC -c default_transaction_read_only=on -c statement_timeout=20s"


class Database:
    """Reads rows as tuples; open it within the running event loop, and close it there."""

    def __init__(self, conninfo: str) -> None:
        self._pool = AsyncConnectionPool(
            make_conninfo(conninfo, options=SESSION, application_name="kefu-graphql"),
            connection_class=AsyncConnection[Row],
            min_size=1,
            max_size=CONNECTIONS,
            kwargs={"autocommit": True},
            open=False,
            name="graphql",
        )
        self._reaches: dict[RowScope, tuple[float, Reach]] = {}

    async def open(self) -> None:
        await self._pool.open(wait=True, timeout=30)

    async def close(self) -> None:
        await self._pool.close()

    async def fetch(
        self, statement: Composed | bytes, parameters: Sequence[Any] = (), *, scope: RowScope | None = None
    ) -> list[Row]:
        """All rows of one select; datetimes are in UTC, numerics are decimals.

        Within a scope the database lets through only the rows that it allows; raises ForbiddenError where
        nothing says whose rows they are.
        """
        async with self._pool.connection() as connection, connection.cursor(binary=True) as cursor:
            try:
                if scope is not None:
                    reach = await self._reach(cursor, scope)
                    asked = (statement, parameters)
                    return await fetch_limited(connection, cursor, asked=asked, scope=scope, reach=reach)
                await cursor.execute(statement, parameters)
            except UndefinedTable as error:
                raise nothing_projected() from error
            return await fetched(cursor)

    async def reach(self, scope: RowScope) -> Reach:
        """The units and customers whose rows a limited caller sees; at most a second old."""
        async with self._pool.connection() as connection, connection.cursor(binary=True) as cursor:
            return await self._reach(cursor, scope)

    async def _reach(self, cursor: AsyncCursor[Row], scope: RowScope) -> Reach:
        now = asyncio.get_running_loop().time()
        found_at, reach = self._reaches.get(scope, (-REACH_LASTS, None))
        if reach is None or now - found_at > REACH_LASTS:
            if len(self._reaches) >= REACHES:
                self._reaches.clear()
            reach = await find_reach(cursor, scope)
            self._reaches[scope] = now, reach
        return reach

    async def position_of(self, fact: str) -> int:
        """Up to where in the log the fact holds every event."""
        rows = await self.fetch(b"select position from projection_checkpoint where fact = %s", [fact])
        return int(rows[0][0]) if rows else 0
