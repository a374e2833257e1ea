"""A chunk of records on its way into the log: what is asked, what is prepared, what is answered."""

from dataclasses import dataclass

import polars as pl

from infra.event_store.copy_buffers import PositionedRows

EVENTS_SCHEMA = pl.Schema(
    {"record": pl.UInt32, "originator_id": pl.String, "topic": pl.String, "state": pl.Binary}
)
RECORDS_SCHEMA = pl.Schema({"key": pl.Binary, "content": pl.Binary, "n": pl.UInt32})

# What becomes of a record; "corrected" only where the caller asked for corrections.
STATUSES = pl.Enum(["appended", "known", "changed", "corrected"])
WRITTEN = ("appended", "corrected")

# How a look-up answers for one key.
NEW, SAME, OTHER = 0, 1, 2


class ChunkError(ValueError):
    """The events of a chunk do not belong to its records as it says."""


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Records to append, of 20,000 to 50,000 events together.

    events: record (UInt32, index into records, ascending), originator_id, topic, state (Binary).
    records: key and content (Binary, 16 bytes each), n (UInt32, how many events the record has, maybe none).
    `declares_history` where the source gives no entry times and its events say recorded_at = occurred_at.
    """

    events: pl.DataFrame
    records: pl.DataFrame
    mapping: str
    declares_history: bool = False

    def __post_init__(self) -> None:
        for frame, schema in ((self.events, EVENTS_SCHEMA), (self.records, RECORDS_SCHEMA)):
            if frame.schema != schema:
                raise ChunkError(f"a chunk needs columns {schema}, got {frame.schema}")
            if nulls := sum(frame.null_count().row(0)):
                raise ChunkError(f"a chunk has {nulls} nulls in {frame.columns}; it may have none")
        counted = self.records["n"]
        # The n-fold repeated index of each record is what the record column must be.
        expected = (
            counted.to_frame().with_row_index("record").select(pl.col("record").repeat_by("n").explode())
        )
        if not expected["record"].drop_nulls().equals(self.events["record"]):
            raise ChunkError(
                f"{counted.len()} records say that they have {counted.sum()} events in order; "
                f"the chunk has {self.events.height} events, or in another order"
            )

    def shares_with(self, other: "Chunk") -> bool:
        """Whether the two touch the same stream or the same key."""
        has_stream = self.events["originator_id"].is_in(other.events["originator_id"].implode()).any()
        return has_stream or self.records["key"].is_in(other.records["key"].implode()).any()


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A chunk with its keys and versions looked up and its buffers finished, but for the positions.

    status: one per record. ordinal: offset of the record's first event, null where nothing is written.
    """

    chunk: Chunk
    batch: int
    status: pl.Series
    ordinal: pl.Series
    event_rows: PositionedRows
    key_rows: memoryview
    events: int

    @property
    def is_empty(self) -> bool:
        """Nothing of the chunk is new."""
        return not self.status.is_in(WRITTEN).any()


@dataclass(frozen=True, kw_only=True)
class ChunkAnswer:
    """What became of each record; first_position is null where none of its events was appended now."""

    status: pl.Series
    first_position: pl.Series
    appended: int


def judge_records(records: pl.DataFrame, in_log: pl.Series, *, correcting: bool = False) -> pl.Series:
    """The status of each record, from how the log knows its key and from the records before it in the chunk.

    Of several records with one key the first is judged by the log, and only it can be appended or correct;
    the others are judged by what the key stands for after it.
    """
    first_in_log, first_content = pl.col("in_log").first().over("key"), pl.col("content").first().over("key")
    writes = (first_in_log == NEW) | (pl.lit(correcting) & (first_in_log == OTHER))
    is_same = pl.when(writes).then(pl.col("content") == first_content).otherwise(pl.col("in_log") == SAME)
    status = (
        pl.when(pl.col("key").is_first_distinct() & writes)
        .then(pl.when(pl.col("in_log") == NEW).then(pl.lit("appended")).otherwise(pl.lit("corrected")))
        .when(is_same)
        .then(pl.lit("known"))
        .otherwise(pl.lit("changed"))
    )
    return records.with_columns(in_log=in_log).select(status=status.cast(STATUSES)).to_series()


def answer(prepared: Prepared, *, first: int) -> ChunkAnswer:
    """The answer to a prepared chunk whose events were written from position `first` on."""
    has_events = prepared.ordinal.is_not_null() & (prepared.chunk.records["n"] > 0)
    positions = prepared.ordinal.cast(pl.Int64) + first
    return ChunkAnswer(
        status=prepared.status,
        first_position=positions.set(~has_events, None).alias("first_position"),
        appended=prepared.events,
    )
