"""Pages of a hundred rows by connection, asked at a steady rate, each at another place of the list."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from time import perf_counter, sleep

import httpx
import polars as pl
from psycopg.sql import SQL, Identifier

from graphql_api.lists.cursors import Cursor
from infra.settings import Settings
from infra.stores import open_store
from projections.facts import SPECS
from tests.benchmarks.api import ask, listening, served
from tests.benchmarks.beside import unlimited
from tests.benchmarks.call_file import FIRST_DAY, span_days
from tests.benchmarks.figure import Bar, Figure
from tests.benchmarks.workbench import Workbench
from tests.graphql_api.given import call_row, calls_told, key_for

ROWS = 100
PER_SECOND = 50
WARM_UP = 50
LONGEST_BAR = 15.0
QUERY = """{{ callsConnection(first: {rows}, from: "{start}") {{
  edges {{ node {{ id offeredAt queue unit outcome waitMs talkMs lastPosition }} }}
  pageInfo {{ hasNextPage endCursor }}
}} }}"""

CUSTOMERS = 1_000_000
CUSTOMERS_QUERY = """{{ customersConnection(first: {rows}, after: "{after}") {{
  edges {{ node {{ id registeredAt unit tier managerA contacts lastContactedAt lastPosition }} }}
  pageInfo {{ hasNextPage endCursor }}
}} }}"""
MANY = SQL("""
insert into {} (customer, registered_at, unit, tier, manager_a, contacts, last_contacted_at, voided, has_void,
    first_occurred_at, last_occurred_at, first_recorded_at, last_recorded_at, first_position, last_position)
select 'customer-crm:' || lpad(n::text, 9, '0'), at, 'SH' || n %% 20, 'gold', 'staff:' || n %% 300, n %% 9,
    at, false, false, at, at, at, at, n, n
from (
    select n, timestamptz '2020-01-01' + n * interval '1 minute' as at from generate_series(1, %s) as n
) as told
""").format(Identifier(SPECS["customers"].table))


def measure(bench: Workbench) -> Iterator[Figure]:
    """From the question to the whole answer, over HTTP: of calls by time, of a million customers by id."""
    count = int(bench.seconds * PER_SECOND) + WARM_UP
    with served(bench.projected) as client:
        yield _figure(client, "calls", bench.calls, _queries(span_days(bench.calls), count=count))
    settings = unlimited(bench.store_settings("page"))
    key = _told_customers(settings)
    with listening(settings) as address, httpx.Client(base_url=address) as client:
        client.headers["x-api-key"] = key
        yield _figure(client, "customers", CUSTOMERS, _pages_of_customers(count))


def _figure(client: httpx.Client, name: str, rows: int, queries: list[str]) -> Figure:
    for query in queries[:WARM_UP]:
        ask(client, query)
    taken = pl.Series([_asked_on_time(client, query, name=name) for query in queries[WARM_UP:]])
    return Figure(
        benchmark="page",
        name=f"a page of {ROWS} of {rows:,} {name} by connection at {PER_SECOND}/s, p99",
        value=float(taken.quantile(0.99) or 0),
        unit="ms",
        bar=Bar(limit=LONGEST_BAR, is_floor=False),
        note=f"median {float(taken.quantile(0.5) or 0):.1f} ms, {taken.len()} pages of 8 fields",
    )


def _pages_of_customers(count: int) -> list[str]:
    starts = [
        Cursor("ID_ASC", (f"customer-crm:{(7_919 * number) % (CUSTOMERS - ROWS):09}",))
        for number in range(count)
    ]
    return [CUSTOMERS_QUERY.format(rows=ROWS, after=start.to_text()) for start in starts]


def _told_customers(settings: Settings) -> str:
    """A store of a million customers, and a key."""
    with open_store(settings) as store:
        calls_told(store, [call_row(1)])
        with store.connect() as connection:
            connection.execute(MANY, [CUSTOMERS])
            connection.execute(SQL("vacuum analyze {}").format(Identifier(SPECS["customers"].table)))
        return key_for(store, "bi_reader")


def _queries(days: int, *, count: int) -> list[str]:
    starts = [
        datetime.combine(FIRST_DAY + timedelta(days=(17 * number) % (days - 1)), time(), tzinfo=UTC)
        for number in range(count)
    ]
    return [QUERY.format(rows=ROWS, start=start.isoformat()) for start in starts]


def _asked_on_time(client: httpx.Client, query: str, *, name: str) -> float:
    started = perf_counter()
    rows = ask(client, query)[f"{name}Connection"]["edges"]
    taken = perf_counter() - started
    if len(rows) != ROWS:
        raise AssertionError(f"{len(rows)} rows in a page of {ROWS}")
    sleep(max(0.0, 1 / PER_SECOND - taken))
    return taken * 1e3
