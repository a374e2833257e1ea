"""Looking up API keys beside the event loop, on a connection and a thread of their own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from time import monotonic
from typing import Any

from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool

from graphql_api.sign_in import Caller, SignInRefused, nobody_can_be_checked
from infra.api_keys import KeyHolder, find_holder

# Their own threads, so that nobody waits to sign in behind somebody's long question.
CHECKERS = 2
LONGEST_WAIT = 5.0
# A page of a BI tool asks many times a second with one key; a revoked one is worthless a second later.
REMEMBERED = 1.0
MOST_REMEMBERED = 1_000

Remembered = tuple[float, Caller | None]


class KeyRing:
    """Finds who holds a key, and remembers it for a second; open it before use."""

    def __init__(self, conninfo: str, *, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._known: dict[bytes, Remembered] = {}
        self._threads = ThreadPoolExecutor(CHECKERS, thread_name_prefix="sign-in")
        self._pool = ConnectionPool(
            conninfo,
            connection_class=Connection[Any],
            min_size=1,
            max_size=CHECKERS,
            timeout=LONGEST_WAIT,
            kwargs={"autocommit": True},
            open=False,
            name="sign-in",
        )

    async def open(self) -> None:
        await asyncio.to_thread(self._pool.open, wait=True)

    async def close(self) -> None:
        await asyncio.to_thread(self._pool.close)
        self._threads.shutdown()

    async def find(self, key: str) -> Caller:
        """Raises SignInRefused where nobody has the key, or where that cannot be found out."""
        caller = await self._remembered(key)
        if caller is None:
            message = "Nobody has this key any more, or ever had; `kefu key create` makes another"
            raise SignInRefused(message, reason="UNKNOWN_KEY")
        return caller

    async def _remembered(self, key: str) -> Caller | None:
        # Keys themselves are not kept in memory for longer than a request.
        name, asked_at = sha256(key.encode(errors="replace")).digest(), self._seconds()
        until, caller = self._known.get(name, (0.0, None))
        if until <= asked_at:
            caller = await asyncio.get_running_loop().run_in_executor(self._threads, self._look_up, key)
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            # From when it was asked for: what is revoked while the answer is on its way counts from then.
            self._known[name] = (asked_at + REMEMBERED, caller)
        return caller

    def _look_up(self, key: str) -> Caller | None:
        try:
            with self._pool.connection() as connection:
                holder = find_holder(connection, key)
        except OperationalError as error:
            raise nobody_can_be_checked("The database of keys") from error
        return caller_of(holder) if holder else None


def caller_of(holder: KeyHolder) -> Caller:
    return Caller(f"kefu_{holder.prefix}", holder.role, holder.units, holder.manager_id)
