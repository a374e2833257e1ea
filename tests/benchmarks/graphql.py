"""10,000 rows of eight fields over GraphQL against psycopg and orjson alone, on the same server in turn."""

import asyncio
import statistics
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from time import perf_counter

import orjson
from httpx import ASGITransport, AsyncClient
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from graphql_api.app import create_app
from infra.settings import Settings
from infra.stores import Store, open_store
from tests.benchmarks.figure import Bar, Figure
from tests.benchmarks.workbench import Workbench
from tests.graphql_api.given import call_row, calls_told, key_for

ROWS = 10_000
REPETITIONS = 25
RATIO_BAR = 0.5
FIELDS = ("id", "offeredAt", "queue", "unit", "outcome", "waitMs", "talkMs", "lastPosition")
QUERY = f"{{ calls(limit: {ROWS}) {{ {' '.join(FIELDS)} }} }}"
STATEMENT = b"""
select call as "id", offered_at as "offeredAt", queue, unit, outcome, wait_ms as "waitMs",
    talk_ms as "talkMs", last_position as "lastPosition"
from calls_v2
where not voided
order by call
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


def measure(bench: Workbench) -> Iterator[Figure]:
    """The bulk rows, and how long they keep a tiny question waiting."""
    store, key = told_store(bench.store_settings("graphql"))
    taken = asyncio.run(measure_graphql(store.settings, key=key, conninfo=store.conninfo))
    yield Figure(
        benchmark="graphql",
        name=f"{ROWS:,} rows x {len(FIELDS)} fields, median",
        value=taken.graphql,
        unit="ms",
        yardstick=taken.bare,
        beside="psycopg + orjson",
        ratio=taken.ratio,
        bar=Bar(limit=RATIO_BAR, is_of_ratio=True),
    )
    yield Figure(
        benchmark="graphql",
        name="a tiny question beside bulk reads, at worst",
        value=taken.tiny_beside,
        unit="ms",
        yardstick=taken.tiny_alone,
        beside="alone",
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
            connection.execute("vacuum analyze calls_v2")
        return store, key_for(store, "bi_reader")
