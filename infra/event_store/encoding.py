"""Turns the new records of a chunk into finished COPY buffers: versions, ordinals, rows."""

from collections.abc import Callable

import polars as pl

from infra.event_store.chunk import WRITTEN, Chunk, Prepared
from infra.event_store.copy_buffers import PositionedRows, copy_rows

# Streams -> their highest versions, in the same order; 0 for a new stream.
HighestVersions = Callable[[pl.Series], pl.Series]


def encode(
    chunk: Chunk,
    *,
    status: pl.Series,
    batch: int,
    highest: HighestVersions,
    voids: pl.DataFrame | None = None,
) -> Prepared:
    """The buffers of what is written of a chunk, after the voids if there are any."""
    records = _with_ordinals(chunk.records, status=status, before=0 if voids is None else voids.height)
    events = chunk.events.select("originator_id", "topic", "state").filter(
        records["is_written"].gather(chunk.events["record"])
    )
    if voids is not None:
        events = pl.concat([voids.select(events.columns), events])
    return Prepared(
        chunk=chunk,
        batch=batch,
        status=status,
        ordinal=records["ordinal"],
        events=events.height,
        event_rows=PositionedRows(with_versions(events, highest)),
        key_rows=copy_rows(_key_rows(records, batch=batch, mapping=chunk.mapping)),
    )


def _with_ordinals(records: pl.DataFrame, *, status: pl.Series, before: int) -> pl.DataFrame:
    written = pl.when(pl.col("is_written")).then(pl.col("n").cast(pl.Int32))
    return records.with_columns(status=status, is_written=status.is_in(WRITTEN)).with_columns(
        ordinal=written.fill_null(0).cum_sum() - written + before
    )


def with_versions(events: pl.DataFrame, highest: HighestVersions) -> pl.DataFrame:
    """The events with the versions that follow the highest of their streams."""
    runs = events["originator_id"].rle().struct.unnest()
    # As a rule the events of a stream stand together; the versions then follow from the runs alone.
    stand_together = runs["value"].is_unique().all()
    versions = _by_runs(events, runs, highest) if stand_together else _by_streams(events, highest)
    return events.select("originator_id", versions.alias("originator_version"), "topic", "state")


def _by_runs(events: pl.DataFrame, runs: pl.DataFrame, highest: HighestVersions) -> pl.Series:
    length = runs["len"].cast(pl.Int64)
    version_less_row = highest(runs["value"]) - (length.cum_sum() - length)
    row = pl.int_range(1, events.height + 1, eager=True)
    return version_less_row.gather(events["originator_id"].rle_id()) + row


def _by_streams(events: pl.DataFrame, highest: HighestVersions) -> pl.Series:
    streams = events["originator_id"].unique(maintain_order=True)
    highest_of = pl.DataFrame({"originator_id": streams, "highest": highest(streams)})
    running = pl.int_range(1, pl.len() + 1).over("originator_id")
    return (
        events.select("originator_id", running=running)
        .join(highest_of, on="originator_id", how="left", maintain_order="left")
        .select(pl.col("highest") + pl.col("running"))
        .to_series()
    )


def _key_rows(records: pl.DataFrame, *, batch: int, mapping: str) -> pl.DataFrame:
    return records.filter(pl.col("status") == "appended").select(
        "key",
        "content",
        pl.lit(batch, pl.Int64).alias("batch"),
        "ordinal",
        pl.col("n").cast(pl.Int32),
        pl.lit(mapping).alias("mapping"),
    )
