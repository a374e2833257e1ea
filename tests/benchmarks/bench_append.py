"""Bulk append against a bare binary COPY of the same rows in the same chunks, on the same server."""

import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import polars as pl
import psycopg

from infra.event_store import statements
from infra.event_store.bulk import BulkAppender
from infra.event_store.chunk import Chunk, Prepared
from infra.event_store.copy_buffers import COPY_HEADER, COPY_TRAILER
from infra.postgres import find_server
from infra.postgres.account import let_through
from infra.settings import Settings, read_settings
from infra.stores import open_store

EVENTS = 480_000
EVENTS_IN_CHUNK = 30_000
EVENTS_OF_RECORD = 3

STATE = """{{"occurred_at":"2026-01-02T03:04:05.{0:06}Z","recorded_at":"2026-01-02T03:05:00.000000Z",\
"source":"bank_calls","customer_id":"{0}","unit":"AA","agent_id":"33116","campaign_id":null,"tier":null,\
"direction":"in","hotline":"95588","queue":"main","channel":"telephone","purpose":"咨询","line":null}}"""


@dataclass(frozen=True, kw_only=True)
class AppendMeasurement:
    """Seconds that the same chunks took: appended, copied bare, and appended with looking up and encoding."""

    events: int
    append_seconds: float
    bare_seconds: float
    whole_seconds: float

    @property
    def ratio(self) -> float:
        """Speed of the append as a part of the bare COPY's."""
        return self.bare_seconds / self.append_seconds

    def line(self) -> str:
        """One line for people."""
        rates = (self.events / seconds / 1000 for seconds in (self.append_seconds, self.bare_seconds))
        return (
            f"bulk append alone {self.ratio:.2f} of a bare binary COPY (bar 0.80): "
            "{:.0f} k events/s against {:.0f}; ".format(*rates)
            + f"with look-ups and encoding {self.events / self.whole_seconds / 1000:.0f} k events/s"
        )


def call_chunks(*, run: str, events: int) -> Iterator[Chunk]:
    """Chunks of calls with three events each, no two alike."""
    for first in range(0, events, EVENTS_IN_CHUNK):
        numbers = pl.int_range(first, min(first + EVENTS_IN_CHUNK, events), eager=True)
        record = (numbers - first) // EVENTS_OF_RECORD
        records = record.n_unique()
        ids = pl.format("call-bank:AA0101/33116/{}-{}", pl.lit(run), numbers // EVENTS_OF_RECORD)
        state = pl.Series([STATE.format(number % 10**6).encode() for number in numbers])
        yield Chunk(
            events=pl.select(
                record=record.cast(pl.UInt32), originator_id=ids, topic=pl.lit("call.offered"), state=state
            ),
            records=pl.DataFrame(
                {
                    "key": [secrets.token_bytes(16) for _ in range(records)],
                    "content": [secrets.token_bytes(16) for _ in range(records)],
                    "n": pl.Series([EVENTS_OF_RECORD] * records, dtype=pl.UInt32),
                }
            ),
            mapping="bank_calls",
        )


def measure_append(settings: Settings, *, events: int = EVENTS) -> AppendMeasurement:
    """Time both on two new stores of the server, chunk by chunk in turn, and then the whole on a third."""
    conninfos = []
    for name in ("appended", "bare", "whole"):
        with open_store(replace(settings, store=name)) as store:
            conninfos.append(store.conninfo)
    appended, bare, whole = conninfos
    chunks = list(call_chunks(run="a", events=events))
    append_seconds, bare_seconds = _time_in_turn(chunks, appended=appended, bare=bare)
    with BulkAppender(whole) as appender:
        started = perf_counter()
        total = sum(answer.appended for answer in appender.append_all(chunks))
        whole_seconds = perf_counter() - started
    return AppendMeasurement(
        events=total,
        append_seconds=append_seconds,
        bare_seconds=bare_seconds,
        whole_seconds=whole_seconds,
    )


def _time_in_turn(chunks: Sequence[Chunk], *, appended: str, bare: str) -> tuple[float, float]:
    append_seconds = bare_seconds = 0.0
    with BulkAppender(appended) as appender, psycopg.connect(bare, autocommit=True) as connection:
        for turn, chunk in enumerate(chunks):
            prepared = appender.prepare(chunk)
            for is_bare in (False, True) if turn % 2 else (True, False):
                started = perf_counter()
                if is_bare:
                    _copy_bare(connection, prepared)
                    bare_seconds += perf_counter() - started
                else:
                    appender.append(prepared)
                    append_seconds += perf_counter() - started
    return append_seconds, bare_seconds


def _copy_bare(connection: psycopg.Connection[tuple[object, ...]], prepared: Prepared) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        for statement, rows in (
            (statements.COPY_EVENTS, prepared.event_rows),
            (statements.COPY_KEYS, prepared.key_rows),
        ):
            with cursor.copy(statement) as copy:
                copy.write(COPY_HEADER)
                copy.write(rows)
                copy.write(COPY_TRAILER)


def main() -> None:
    """Measure on an embedded server of its own and print one line."""
    home = Path(tempfile.mkdtemp(prefix="kefu-bench-"))
    let_through(home)
    settings = read_settings({"KEFU_HOME": str(home)})
    try:
        sys.stdout.write(measure_append(settings).line() + "\n")
    finally:
        if (server := find_server(settings)) is not None:
            server.stop()
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
