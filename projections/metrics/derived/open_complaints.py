"""Complaints that are open at the end of each period, with their age there.

A period that has not ended is counted at the moment that the question is asked as of.
"""

from datetime import UTC, datetime, timedelta

import polars as pl

from projections.metrics.derived.complaint_dimensions import ABOUT, DIMENSIONS, ENVELOPE, FILED, rows_about
from projections.metrics.derived.derived import Derived, Reading

MOMENT = pl.Datetime("us", "UTC")
MICROSECOND = timedelta(microseconds=1)
FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)


def rows(reading: Reading) -> pl.DataFrame:
    """One row per period and complaint that was open when it ended: after its last turn before that."""
    ends = [(start, min(end, reading.reference)) for start, end in reading.spans if start < reading.reference]
    last = max((end for _, end in ends), default=reading.reference)
    turns = reading.facts("complaint_turns", columns=("turn", "turned_at"), time=("turned_at", None, last))
    standing = _open_stretches(turns).join_where(
        _frame(ends),
        pl.col("from") < pl.col("ends_at"),
        pl.col("to") >= pl.col("ends_at"),
    )
    complaints = rows_about(
        reading,
        "complaints",
        columns=(*DIMENSIONS, FILED),
        key="complaint",
        values=standing["complaint"].unique(),
    )
    return (
        standing.join(complaints, on="complaint")
        .with_columns(
            counted_at=pl.col("ends_at") - MICROSECOND,
            age_ms=(pl.col("ends_at") - pl.col(FILED)).dt.total_milliseconds(),
        )
        .select("complaint", "period_start", "counted_at", "age_ms", *ABOUT, *ENVELOPE)
    )


def _open_stretches(turns: pl.DataFrame) -> pl.DataFrame:
    """[complaint, from, to]: between a turn that left the complaint open and the next one, or for ever."""
    in_order = turns.sort("complaint", "turned_at", "first_position", "version")
    nexts = in_order.with_columns(to=pl.col("turned_at").shift(-1).over("complaint").fill_null(FOR_EVER))
    return nexts.filter(pl.col("turn") != "closed").select(
        "complaint", pl.col("turned_at").alias("from"), "to"
    )


def _frame(ends: list[tuple[datetime, datetime]]) -> pl.DataFrame:
    return pl.DataFrame(ends, schema={"period_start": MOMENT, "ends_at": MOMENT}, orient="row")


OPEN_COMPLAINTS = Derived(
    name="open_complaints",
    reads=("complaint_turns", "complaints"),
    keys=("complaint", "period_start"),
    schema={"counted_at": MOMENT, "age_ms": pl.Int64()} | ABOUT,
    rows=rows,
)
