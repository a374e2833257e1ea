"""Logs sealed into a folder without a store, and logs in which some events cannot be read."""

from pathlib import Path

import polars as pl
from hypothesis import strategies as st

from projections.segments.folder import range_name
from projections.segments.seal import write_range
from projections.segments.sealed_range import SealedRange
from projections.segments.segments import Segments
from tests.projections.logs import Log, as_log_frame, logs

EPOCH = "first-life"
SPOILED = ('{"occurred_at":', "{}", '{"occurred_at":"yesterday"}', "[]", "")
"""States that no topic can be read from."""


@st.composite
def spoiled_logs(draw: st.DrawFn) -> pl.DataFrame:
    """The log's rows, of which some few are no events: broken, of a topic nobody knows, or not at home."""
    log: Log = draw(logs())
    frame = as_log_frame(log)
    spoil = st.sets(st.sampled_from(frame["position"].to_list()), max_size=3) if log else st.just(set())
    for position in draw(spoil):
        change = draw(st.sampled_from((*SPOILED, "topic", "stream", "field")))
        frame = frame.with_columns(_spoiled(change, at=pl.col("position") == position))
    return frame


def _spoiled(change: str, *, at: pl.Expr) -> list[pl.Expr]:
    topic, state, stream = pl.col("topic"), pl.col("state"), pl.col("originator_id")
    if change == "topic":
        return [pl.when(at).then(pl.lit("call.forgotten")).otherwise(topic).alias("topic")]
    if change == "stream":
        return [pl.when(at).then(pl.lit("call-x:1")).otherwise(stream).alias("originator_id")]
    if change == "field":
        emptied = state.str.replace(r'"recorded_at":"[^"]*"', '"recorded_at":null')
        return [pl.when(at).then(emptied).otherwise(state).alias("state")]
    return [pl.when(at).then(pl.lit(change)).otherwise(state).alias("state")]


def sealed(folder: Path, log: pl.DataFrame, *, span: int) -> Segments:
    """Seal every closed range of a log, in windows of three events."""
    folder.mkdir(parents=True, exist_ok=True)
    highest = log.item(-1, "position") if log.height else 0
    return Segments(
        tuple(
            _sealed_range(folder, log, after=after, upto=after + span)
            for after in range(0, highest, span)
            if after + span <= highest
        )
    )


def _sealed_range(folder: Path, log: pl.DataFrame, *, after: int, upto: int) -> SealedRange:
    rows = log.filter(pl.col("position") > after, pl.col("position") <= upto)
    manifest = write_range(folder, rows.iter_slices(3), epoch=EPOCH, after=after, upto=upto)
    return SealedRange(folder / range_name(after, upto), manifest)
