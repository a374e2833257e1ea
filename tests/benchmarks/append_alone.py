"""Bulk append against a bare binary COPY of the same event and key rows in the same chunks, in turn."""

from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import psycopg

from infra.event_store import statements
from infra.event_store.bulk import BulkAppender
from infra.event_store.chunk import Chunk, Prepared
from infra.event_store.copy_buffers import COPY_HEADER, COPY_TRAILER


@dataclass(frozen=True, kw_only=True)
class AppendMeasurement:
    """Seconds that the same chunks took: appended under the lock, copied bare, and prepared beforehand."""

    events: int
    append_seconds: float
    bare_seconds: float
    prepare_seconds: float

    @property
    def ratio(self) -> float:
        """Speed of the append as a part of the bare COPY's."""
        return self.bare_seconds / self.append_seconds


def measure_append(chunks: Iterable[Chunk], *, appended: str, bare: str) -> AppendMeasurement:
    """Append the chunks to one new store and copy them to another, chunk by chunk in turn."""
    events, seconds = 0, {"append": 0.0, "bare": 0.0, "prepare": 0.0}
    with BulkAppender(appended) as appender, psycopg.connect(bare, autocommit=True) as connection:

        def timed(name: str, prepared: Prepared) -> None:
            started = perf_counter()
            if name == "append":
                appender.append(prepared)
            else:
                _copy_bare(connection, prepared, first=events + 1)
            seconds[name] += perf_counter() - started

        for turn, chunk in enumerate(chunks):
            started = perf_counter()
            prepared = appender.prepare(chunk)
            seconds["prepare"] += perf_counter() - started
            for name in ("append", "bare") if turn % 2 else ("bare", "append"):
                timed(name, prepared)
            events += prepared.events
    return AppendMeasurement(
        events=events,
        append_seconds=seconds["append"],
        bare_seconds=seconds["bare"],
        prepare_seconds=seconds["prepare"],
    )


def _copy_bare(connection: psycopg.Connection[Any], prepared: Prepared, *, first: int) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        for statement, rows in (
            (statements.COPY_EVENTS, prepared.event_rows.standing_from(first)),
            (statements.COPY_KEYS, [prepared.key_rows]),
        ):
            with cursor.copy(statement) as copy:
                copy.write(COPY_HEADER)
                for some in rows:
                    copy.write(some)
                copy.write(COPY_TRAILER)
