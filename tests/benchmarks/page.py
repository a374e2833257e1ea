"""Pages of a hundred calls by connection, asked at a steady rate, each at another place of the list."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from time import perf_counter, sleep

import httpx
import polars as pl

from tests.benchmarks.api import ask, served
from tests.benchmarks.call_file import FIRST_DAY, span_days
from tests.benchmarks.figure import Bar, Figure
from tests.benchmarks.workbench import Workbench

ROWS = 100
PER_SECOND = 50
WARM_UP = 50
LONGEST_BAR = 15.0
QUERY = """{{ callsConnection(first: {rows}, from: "{start}") {{
  edges {{ node {{ id offeredAt queue unit outcome waitMs talkMs lastPosition }} }}
  pageInfo {{ hasNextPage endCursor }}
}} }}"""


def measure(bench: Workbench) -> Iterator[Figure]:
    """From the question to the whole answer, over HTTP."""
    with served(bench.projected) as client:
        queries = _queries(span_days(bench.calls), count=int(bench.seconds * PER_SECOND) + WARM_UP)
        for query in queries[:WARM_UP]:
            ask(client, query)
        taken = pl.Series([_asked_on_time(client, query) for query in queries[WARM_UP:]])
    yield Figure(
        benchmark="page",
        name=f"a page of {ROWS} of {bench.calls:,} calls by connection at {PER_SECOND}/s, p99",
        value=float(taken.quantile(0.99) or 0),
        unit="ms",
        bar=Bar(limit=LONGEST_BAR, is_floor=False),
        note=f"median {float(taken.quantile(0.5) or 0):.1f} ms, {taken.len()} pages of 8 fields",
    )


def _queries(days: int, *, count: int) -> list[str]:
    starts = [
        datetime.combine(FIRST_DAY + timedelta(days=(17 * number) % (days - 1)), time(), tzinfo=UTC)
        for number in range(count)
    ]
    return [QUERY.format(rows=ROWS, start=start.isoformat()) for start in starts]


def _asked_on_time(client: httpx.Client, query: str) -> float:
    started = perf_counter()
    rows = ask(client, query)["callsConnection"]["edges"]
    taken = perf_counter() - started
    if len(rows) != ROWS:
        raise AssertionError(f"{len(rows)} rows in a page of {ROWS}")
    sleep(max(0.0, 1 / PER_SECOND - taken))
    return taken * 1e3
