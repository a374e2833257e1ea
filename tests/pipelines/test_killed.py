"""A killed ingest resumes by its keys: afterwards the log is as if nothing had happened."""

from pathlib import Path

import polars as pl

from infra.stores import Store
from tests.pipelines.given import CALLS, Desk, desk, log_of
from tests.pipelines.killing import ingest_with_kills

RECORDS = 60_000
SEED = 20260105


def many_calls(folder: Path) -> Desk:
    """A file of several chunks."""
    numbers = pl.select(pl.int_range(RECORDS).cast(pl.String).alias("id"))
    rows = numbers.select(
        "id",
        came=pl.lit("2026-01-05 09:00:00"),
        line=pl.lit("95502"),
        customer=pl.lit("C") + pl.col("id"),
        wait=pl.lit("5"),
    )
    return desk(folder, rows.write_csv(), mapping=CALLS)


def test_two_kills_lose_nothing_and_double_nothing(embedded_store: Store, tmp_path: Path) -> None:
    made = many_calls(tmp_path)
    assert ingest_with_kills(made, embedded_store, events=2 * RECORDS, kills=2, seed=SEED) > 0
    log = log_of(embedded_store).filter(pl.col("topic").str.starts_with("call."))
    assert log.height == 2 * RECORDS
    told = log.group_by("originator_id").agg(pl.col("topic").sort_by("originator_version"))
    assert told.height == RECORDS
    assert told["topic"].unique().to_list() == [["call.offered", "call.answered"]]
    again = made.ingest(embedded_store)
    assert (again.known, again.events) == (RECORDS, 0)
