"""A million calls exported by `kefu serve`, against a bare COPY of the same rows; the memory that it took."""

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import httpx
import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

from graphql_api.datasets import DATASETS
from infra.settings import Settings
from infra.stores import open_store
from tests.benchmarks.api import listening
from tests.benchmarks.figure import Bar, Figure
from tests.benchmarks.workbench import Workbench
from tests.graphql_api.given import call_row, calls_told, key_for

ROWS = 1_000_000
REPETITIONS = 3
PARQUET_BAR, CSV_BAR = 5.0, 0.7
CALLS = DATASETS["calls"]
COLUMNS = [column.name for column in CALLS.columns if not column.personal]
COPY = SQL("copy (select {} from {} where not voided order by call) to stdout (format csv)").format(
    SQL(", ").join(map(Identifier, COLUMNS)), Identifier(CALLS.table)
)
# As many columns are told as of calls in a real log: half of them.
MANY = SQL("""
insert into {} (call, direction, hotline, queue, channel, unit, customer_id, tier, agent_id, answered_by,
    outcome, offered_at, outcome_at, ended_at, wait_ms, ring_ms, talk_ms, transfers, rating_score,
    voided, has_void, first_occurred_at, last_occurred_at, first_recorded_at, last_recorded_at,
    first_position, last_position)
select 'call-bench:' || lpad(n::text, 9, '0'), 'inbound', '95502',
    (array['报案', '咨询', 'vip'])[n %% 3 + 1],
    'phone', 'SH' || n %% 20, 'crm:' || n %% 250000, 'gold', 'pbx:A' || n %% 120, 'pbx:A' || n %% 120,
    'answered', at, at, at, n %% 100000, n %% 9000, n %% 400000, n %% 2, n %% 20 / 4.0,
    false, false, at, at, at, at, n, n
from (
    select n, timestamptz '2025-01-01' + n * interval '30 seconds' as at from generate_series(2, %s) as n
) as told
""").format(Identifier(CALLS.table))
"""A call every half minute."""
FORMS = ("csv", "ndjson", "arrow", "parquet")


def measure(bench: Workbench) -> Iterator[Figure]:
    """Each form whole, over HTTP; all of them between the same two processes."""
    settings = bench.store_settings("export")
    conninfo, key = _told_store(settings)
    with listening(settings) as address, httpx.Client(base_url=address, timeout=600) as client:
        client.headers.update({"x-api-key": key, "accept-encoding": "identity"})
        taken = {form: _seconds(lambda form=form: _export(client, form)) for form in FORMS}
    with psycopg.connect(conninfo) as connection:
        bare = _seconds(lambda: _copy(connection))
    yield from _figures(taken, bare)


def _figures(taken: dict[str, float], bare: float) -> Iterator[Figure]:
    bars = {
        "parquet": Bar(limit=PARQUET_BAR, is_floor=False),
        "csv": Bar(limit=CSV_BAR, is_of_ratio=True),
    }
    for form, seconds in taken.items():
        yield Figure(
            benchmark="export",
            name=f"{ROWS:,} calls of {len(COLUMNS)} columns as {form}",
            value=seconds,
            unit="s",
            yardstick=bare,
            beside="bare COPY as CSV",
            ratio=bare / seconds,
            bar=bars.get(form),
            note=f"the best of {REPETITIONS}",
        )


def _seconds(work: Callable[[], Any]) -> float:
    """The best time of a few."""
    taken = []
    for _ in range(REPETITIONS):
        started = perf_counter()
        work()
        taken.append(perf_counter() - started)
    return min(taken)


def _export(client: httpx.Client, form: str) -> None:
    with client.stream("GET", f"/export/calls?format={form}") as answer:
        answer.raise_for_status()
        size = sum(map(len, answer.iter_raw()))
    if size < ROWS:
        raise AssertionError(f"{size} bytes of {ROWS} rows as {form}")


def _copy(connection: Connection[Any]) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        rows = sum(1 for _ in copy)
    if rows != ROWS:
        raise AssertionError(f"{rows} rows copied, and not {ROWS}")


def _told_store(settings: Settings) -> tuple[str, str]:
    with open_store(settings) as store:
        calls_told(store, [call_row(1)])
        with store.connect() as connection:
            connection.execute(MANY, [ROWS])
            connection.execute(SQL("vacuum analyze {}").format(Identifier(CALLS.table)))
        return store.conninfo, key_for(store, "bi_reader")
