"""Reads the log as frames over ADBC, in position order: by ranges, by streams, by positions."""

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from types import TracebackType
from typing import Any, Self

import adbc_driver_manager
import adbc_driver_postgresql.dbapi as adbc
import polars as pl
from psycopg.sql import SQL, Composed, Literal

LOG_SCHEMA = pl.Schema(
    {
        "position": pl.Int64,
        "originator_id": pl.String,
        "originator_version": pl.Int64,
        "topic": pl.String,
        "state": pl.String,
    }
)

# Literals and not parameters: ADBC reads a statement with parameters row by row instead of by COPY.
READ = SQL("""
select notification_id as position, originator_id, originator_version, topic, state
from stored_events
where {condition}
order by notification_id
limit {limit}
""")

READ_HIGHEST = "select coalesce(max(notification_id), 0) from stored_events"


class EventLog:
    """The log of one store, for one thread; keeps its connection open between reads.

    Positions are unique and ascending, never contiguous. State is the stored JSON as text.
    """

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo
        self._connection: Any = None

    def highest(self) -> int:
        """The last position of the log, 0 if it is empty."""
        return int(self._fetch(READ_HIGHEST).item())

    def read(self, after: int, upto: int, limit: int | None = None) -> pl.DataFrame:
        """The events at positions > after and <= upto, the first `limit` of them."""
        condition = SQL("notification_id > {} and notification_id <= {}").format(after, upto)
        return self._read(condition, limit=limit)

    def read_streams(self, ids: Sequence[str], upto: int, *, after: int = 0) -> pl.DataFrame:
        """All events of these streams at positions > after and <= upto."""
        condition = SQL(
            "originator_id = any({}::text[]) and notification_id > {} and notification_id <= {}"
        ).format(list(ids), after, upto)
        return self._read(condition) if ids else LOG_SCHEMA.to_frame()

    def read_positions(self, positions: Sequence[int]) -> pl.DataFrame:
        """The events at exactly these positions."""
        condition = SQL("notification_id = any({}::bigint[])").format(list(positions))
        return self._read(condition) if positions else LOG_SCHEMA.to_frame()

    def iter_ranges(self, after: int, upto: int, *, rows: int) -> Iterator[pl.DataFrame]:
        """The events at positions > after and <= upto, in frames of `rows` events, the last one shorter."""
        while not (frame := self.read(after, upto, rows)).is_empty():
            yield frame
            if frame.height < rows:
                return
            after = frame["position"][-1]

    def close(self) -> None:
        """Close the connection; the next read opens another."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _read(self, condition: Composed, *, limit: int | None = None) -> pl.DataFrame:
        statement = READ.format(condition=condition, limit=Literal(limit)).as_string()
        # Cast here: convert_from in the server takes twice as long.
        return self._fetch(statement).with_columns(pl.col("state").cast(pl.String))

    def _fetch(self, statement: str) -> pl.DataFrame:
        try:
            return self._fetch_once(statement)
        except adbc_driver_manager.Error:
            # Reading changes nothing, so a connection that broke since the last read is simply replaced.
            self.close()
            return self._fetch_once(statement)

    def _fetch_once(self, statement: str) -> pl.DataFrame:
        if self._connection is None:
            self._connection = adbc.connect(self.conninfo, autocommit=True)
        with self._connection.cursor() as cursor:
            cursor.execute(statement)
            return pl.DataFrame(cursor.fetch_arrow_table())


def read_parallel(
    conninfo: str, after: int, upto: int, *, window: int = 100_000, connections: int = 2
) -> Generator[pl.DataFrame, None, None]:
    """The events at positions > after and <= upto, in order, in frames of at most `window` events.

    The ranges are windows of positions; one that holds no event yields nothing. Each of the connections
    reads one window ahead.
    """
    bounds = [(start, min(start + window, upto)) for start in range(after, upto, window)]
    logs = [EventLog(conninfo) for _ in range(connections)]
    pools = [ThreadPoolExecutor(max_workers=1) for _ in range(connections)]
    try:
        work = (
            pools[turn % connections].submit(logs[turn % connections].read, *bound)
            for turn, bound in enumerate(bounds)
        )
        yield from (frame for frame in _in_order(work, ahead=connections) if not frame.is_empty())
    finally:
        for pool, log in zip(pools, logs, strict=True):
            pool.shutdown(cancel_futures=True)
            log.close()


def _in_order(work: Iterable[Future[pl.DataFrame]], *, ahead: int) -> Iterator[pl.DataFrame]:
    remaining = iter(work)
    started = deque(islice(remaining, ahead))
    while started:
        frame = started.popleft().result()
        started.extend(islice(remaining, 1))
        yield frame
