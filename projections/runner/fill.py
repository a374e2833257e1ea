"""Fills a fact's bare tables: the server takes in and indexes rows while this process adds up their sums."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import polars as pl
from psycopg.sql import SQL, Identifier

from infra.event_store.log import EventLog
from projections.facts.spec import FactSpec
from projections.runner.build import Build
from projections.runner.summing import Cells
from projections.storage.binary_rows import FrozenCopy
from projections.storage.database import Database
from projections.storage.organisation import note_zone, organisation_zone
from projections.storage.rule_books import note_rules
from projections.storage.tables import index_facts, index_sums

WAITING_AT_MOST = 1
"""Partitions that wait to be copied: what is ready sooner would only be held in memory."""


def fill(conninfo: str, database: Database, build: Build, log: EventLog, *, upto: int) -> None:
    """Write, index and analyze one fact's rows and sums, in the transaction of `database` but for the rows.

    The rows go in a transaction of their own: until it is served nobody knows the table.
    """
    # The rows are copied over another connection, however long that takes.
    database.run(SQL("set local idle_in_transaction_session_timeout = 0"))
    spec, zone = build.spec, organisation_zone(database)
    ruled = note_rules(database, spec)
    if build.is_empty:
        index_facts(database, spec, spec.table)
    else:
        rows = build.rows(read_streams=lambda ids: log.read_streams(ids, upto), rules=ruled)
        _fill(conninfo, database, spec, rows, zone=zone)
    note_zone(database, spec, zone=zone)
    index_sums(database, spec, spec.sums_table)


def _fill(
    conninfo: str, database: Database, spec: FactSpec, rows: Iterator[pl.DataFrame], *, zone: str
) -> None:
    cells = Cells(spec, zone=zone)
    with cells.spill, ThreadPoolExecutor(1) as server:
        with FrozenCopy(conninfo, spec.table) as table:
            waiting: deque[Future[None]] = deque()
            for some in rows:
                waiting.append(server.submit(table.copy, some))
                cells.add(some)
                while len(waiting) > WAITING_AT_MOST:
                    waiting.popleft().result()
            for copied in waiting:
                copied.result()
        indexed = server.submit(_index, database, spec)
        summed = cells.total()
        indexed.result()
    if summed is not None:
        with FrozenCopy(conninfo, spec.sums_table) as sums:
            sums.copy(summed)


def _index(database: Database, spec: FactSpec) -> None:
    """Statistics of what is looked up by now; autovacuum adds those of the other columns in its time."""
    index_facts(database, spec, spec.table)
    looked_up = dict.fromkeys([*spec.key_names, *(name for index in spec.indexes for name in index)])
    database.run(
        SQL("analyze {} ({})").format(
            Identifier(spec.table), SQL(", ").join(Identifier(name) for name in looked_up)
        )
    )
