"""Logs put into a store as they are, and everything the projector made of them taken out again."""

from typing import Any

import polars as pl
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from infra.event_store.log import EventLog
from projections.facts import SPECS
from projections.metrics.contributions import CELL
from projections.runner.projector import Projector
from projections.storage.database import open_database, selected
from projections.storage.tables import create_tables, sum_types
from tests.projections.logs import Log, as_log_frame

PUT = (
    "insert into stored_events (notification_id, originator_id, originator_version, topic, state)"
    " values (%s, %s, %s, %s, %s)"
)


def put(conninfo: str, log: Log) -> None:
    """Store the events at the positions that the log gives them."""
    rows = as_log_frame(log).select(
        "position", "originator_id", "originator_version", "topic", pl.col("state").cast(pl.Binary)
    )
    with psycopg.connect(conninfo) as connection, connection.cursor() as cursor:
        cursor.executemany(PUT, rows.rows())


def empty(conninfo: str) -> None:
    """Take out every event, fact and sum, and put every checkpoint back to the beginning."""
    with open_database(conninfo) as database:
        create_tables(database, SPECS.values())
    tables = ["stored_events", "projection_skip", *(spec.table for spec in SPECS.values())]
    tables += [spec.sums_table for spec in SPECS.values() if sum_types(spec.name)]
    with psycopg.connect(conninfo) as connection:
        connection.execute(SQL("truncate {}").format(SQL(", ").join(map(Identifier, tables))))
        connection.execute("delete from store_meta where name like 'sums_zone:%'")
        connection.execute(
            "update projection_checkpoint set position = 0, latest_occurred_at = null,"
            " stopped_at = null, error = null"
        )


def project_in_batches(conninfo: str, size: int, *, few: int = 200) -> None:
    """Project in batches of `size` events, of which batches up to `few` are folded one event at a time."""
    with (
        pytest.MonkeyPatch.context() as patch,
        open_database(conninfo) as database,
        EventLog(conninfo) as log,
    ):
        patch.setattr("projections.runner.apply.FEW", few)
        projector = Projector(log=log, database=database)
        while (at := projector.step(limit=size)).position < at.highest:
            pass


def stored_rows(conninfo: str) -> dict[str, pl.DataFrame]:
    """Every row of every fact, hidden columns included, in order of key."""
    with open_database(conninfo) as database:
        return {
            spec.name: database.read(
                SQL("select {} from {}").format(selected(spec.pg_types), Identifier(spec.table)), spec.schema
            ).sort(spec.key_names)
            for spec in SPECS.values()
        }


def stored_sums(conninfo: str) -> dict[str, pl.DataFrame]:
    """Every cell of every fact's sums, in order."""
    with open_database(conninfo) as database:
        return {
            spec.name: database.query(
                SQL("select {} from {}").format(selected(types), Identifier(spec.sums_table))
            ).sort(CELL)
            for spec in SPECS.values()
            if (types := sum_types(spec.name))
        }


def everything(conninfo: str) -> dict[str, Any]:
    """Facts and sums, for equality bit for bit."""
    return {
        **stored_rows(conninfo),
        **{f"{name} sums": cells for name, cells in stored_sums(conninfo).items()},
    }


def assert_same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> None:
    assert one.keys() == other.keys()
    for name, frame in one.items():
        assert frame.equals(other[name]), f"{name}\n{frame}\n{other[name]}"
