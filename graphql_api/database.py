"""Reading from the event database without holding the event loop: one pool of read-only connections."""

from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo
from psycopg.errors import UndefinedTable
from psycopg.sql import Composed
from psycopg_pool import AsyncConnectionPool

from graphql_api.question_errors import nothing_projected

Row = tuple[Any, ...]

CONNECTIONS = 8
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

    async def open(self) -> None:
        await self._pool.open(wait=True, timeout=30)

    async def close(self) -> None:
        await self._pool.close()

    async def fetch(self, statement: Composed | bytes, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of one select; datetimes are in UTC, numerics are decimals."""
        async with self._pool.connection() as connection, connection.cursor(binary=True) as cursor:
            try:
                await cursor.execute(statement, parameters)
            except UndefinedTable as error:
                raise nothing_projected() from error
            return await cursor.fetchall()

    async def position_of(self, fact: str) -> int:
        """Up to where in the log the fact holds every event."""
        rows = await self.fetch(b"select position from projection_checkpoint where fact = %s", [fact])
        return int(rows[0][0]) if rows else 0
