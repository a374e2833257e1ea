"""Who may send messages: the roles of API keys, looked up in a thread and remembered for a second."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

from psycopg import Connection, Error
from psycopg_pool import ConnectionPool

from infra.api_keys import find_role, given_key
from pipelines.messages.problems import Problem, unavailable

SENDERS = frozenset({"source_system", "admin"})
REMEMBERED = 1.0
MOST_REMEMBERED = 1_000
LONGEST_WAIT = 5.0
CHALLENGE = 'Bearer realm="Kefu"'


class SignIn:
    """Lets those through who hold a key of a role that may send; open it before use.

    A source sends many requests a second with one key. A revoked key is worthless a second later.
    """

    def __init__(self, conninfo: str, *, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._known: dict[str, tuple[float, str | None]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sender")
        self._pool = ConnectionPool(
            conninfo,
            connection_class=Connection[Any],
            min_size=1,
            max_size=1,
            timeout=LONGEST_WAIT,
            kwargs={"autocommit": True},
            check=ConnectionPool.check_connection,
            open=False,
            name="senders",
        )

    def open(self) -> None:
        self._pool.open(wait=True)

    def close(self) -> None:
        self._pool.close()
        self._thread.shutdown()

    async def let_through(self, headers: Mapping[str, str]) -> None:
        """Raises Problem 401, 403 or, where keys cannot be looked up, 503."""
        key = given_key(headers)
        role = await self._role_of(key) if key else None
        if role is None:
            detail = "send an API key as X-API-Key or as Authorization: Bearer"
            raise Problem(401, "UNAUTHENTICATED", detail, headers={"www-authenticate": CHALLENGE})
        if role not in SENDERS:
            detail = f"the role {role} may not send messages; {' and '.join(sorted(SENDERS))} may"
            raise Problem(403, "FORBIDDEN", detail)

    async def _role_of(self, key: str) -> str | None:
        until, role = self._known.get(key, (0.0, None))
        if until <= self._seconds():
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            role = await asyncio.get_running_loop().run_in_executor(self._thread, self._look_up, key)
            self._known[key] = (self._seconds() + REMEMBERED, role)
        return role

    def _look_up(self, key: str) -> str | None:
        try:
            with self._pool.connection() as connection:
                return find_role(connection, key)
        except Error as error:
            raise unavailable(1) from error
