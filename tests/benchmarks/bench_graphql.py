"""10,000 rows of eight fields over GraphQL against psycopg and orjson alone, on the same server in turn."""

import asyncio
import shutil
import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import orjson
from httpx import ASGITransport, AsyncClient
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from graphql_api.app import create_app
from infra.postgres import find_server
from infra.postgres.account import let_through
from infra.settings import Settings, read_settings
from infra.stores import Store, open_store
from tests.graphql_api.given import call_row, calls_told, key_for

ROWS = 10_000
REPETITIONS = 25
FIELDS = ("id", "offeredAt", "queue", "unit", "outcome", "waitMs", "talkMs", "lastPosition")
QUERY = f"{{ calls(limit: {ROWS}) {{ {' '.join(FIELDS)} }} }}"
STATEMENT = b"""
select call as "id", offered_at as "offeredAt", queue, unit, outcome, wait_ms as "waitMs",
    talk_ms as "talkMs", last_position as "lastPosition"
from calls_v1
where not voided
order by offered_at, call
limit %s
"""

Ask = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, kw_only=True)
class GraphQLMeasurement:
    """Milliseconds from question to bytes, over GraphQL and without it, and of a tiny question beside."""

    graphql: float
    bare: float
    tiny_alone: float
    tiny_beside: float

    @property
    def ratio(self) -> float:
        """Speed over GraphQL as a part of the bare driver's."""
        return self.bare / self.graphql

    def line(self) -> str:
        """One line for people."""
        return (
            f"graphql: {ROWS:,} rows x {len(FIELDS)} fields in {self.graphql:.1f} ms, psycopg + orjson "
            f"{self.bare:.1f} ms: {self.ratio:.2f} of it (bar 0.5); a tiny query takes "
            f"{self.tiny_alone:.1f} ms, at worst {self.tiny_beside:.1f} ms beside bulk reads"
        )


async def measure_graphql(settings: Settings, *, key: str, conninfo: str) -> GraphQLMeasurement:
    """Time both in turn through the ASGI application, after a warm-up."""
    app = create_app(settings)
    over_http = AsyncClient(transport=ASGITransport(app), base_url="http://kefu", headers={"x-api-key": key})
    async with (
        app.router.lifespan_context(app),
        over_http as client,
        await AsyncConnection.connect(conninfo, autocommit=True, row_factory=dict_row) as connection,
    ):

        async def over_graphql() -> bytes:
            return (await client.post("/graphql", json={"query": QUERY})).content

        async def without() -> bytes:
            cursor = connection.cursor(binary=True)
            await cursor.execute(STATEMENT, [ROWS])
            return orjson.dumps({"data": {"calls": await cursor.fetchall()}})

        async def tiny() -> bytes:
            return (await client.post("/graphql", json={"query": "{ __typename }"})).content

        _check_same(await over_graphql(), await without())
        return await _measured(over_graphql, without, tiny)


async def _measured(over_graphql: Ask, without: Ask, tiny: Ask) -> GraphQLMeasurement:
    times: dict[Ask, list[float]] = {ask: [] for ask in (over_graphql, without, tiny)}
    for _ in range(REPETITIONS):
        for ask, taken in times.items():
            taken.append(await _milliseconds(ask))
    beside = [await _beside(over_graphql, tiny) for _ in range(5)]
    return GraphQLMeasurement(
        graphql=statistics.median(times[over_graphql]),
        bare=statistics.median(times[without]),
        tiny_alone=statistics.median(times[tiny]),
        tiny_beside=max(beside),
    )


def _check_same(over_graphql: bytes, without: bytes) -> None:
    if orjson.loads(over_graphql)["data"] != orjson.loads(without)["data"]:
        raise AssertionError("the two do not answer the same rows")


async def _milliseconds(ask: Ask) -> float:
    started = perf_counter()
    await ask()
    return (perf_counter() - started) * 1000


async def _beside(bulk: Ask, tiny: Ask) -> float:
    """The longest that a tiny question waits while one bulk answer is made."""
    running = asyncio.ensure_future(bulk())
    waits = []
    while not running.done():
        waits.append(await _milliseconds(tiny))
    return max(waits)


def told_store(settings: Settings) -> tuple[Store, str]:
    """A store of twice as many calls as are asked for, and a key."""
    with open_store(settings) as store:
        calls_told(store, [call_row(number) for number in range(2 * ROWS)])
        with store.connect() as connection:
            connection.execute("vacuum analyze calls_v1")
        return store, key_for(store, "bi_reader")


def main() -> None:
    """Measure on an embedded server of its own and print one line."""
    home = Path(tempfile.mkdtemp(prefix="kefu-bench-"))
    let_through(home)
    settings = read_settings({"KEFU_HOME": str(home)})
    try:
        store, key = told_store(settings)
        measured = asyncio.run(measure_graphql(settings, key=key, conninfo=store.conninfo))
        sys.stdout.write(measured.line() + "\n")
    finally:
        if (server := find_server(settings)) is not None:
            server.stop()
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
