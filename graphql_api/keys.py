"""Looking up API keys beside the event loop, on a connection and a thread of their own."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

from infra.api_keys import KeyHolder, find_holder

# Their own threads, so that nobody waits to sign in behind somebody's long question.
CHECKERS = 2


class KeyRing:
    """Finds what a key opens; open it before use."""

    def __init__(self, conninfo: str) -> None:
        self._threads = ThreadPoolExecutor(CHECKERS, thread_name_prefix="sign-in")
        self._pool = ConnectionPool(
            conninfo,
            connection_class=Connection[Any],
            min_size=1,
            max_size=CHECKERS,
            kwargs={"autocommit": True},
            open=False,
            name="sign-in",
        )

    async def open(self) -> None:
        await asyncio.to_thread(self._pool.open, wait=True)

    async def close(self) -> None:
        await asyncio.to_thread(self._pool.close)
        self._threads.shutdown()

    async def find_holder(self, key: str) -> KeyHolder | None:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._find_holder, key)

    def _find_holder(self, key: str) -> KeyHolder | None:
        with self._pool.connection() as connection:
            return find_holder(connection, key)
