"""Who of the customers that rows are about was in a segment when the rows' day ended, or on another day."""

from datetime import date, datetime, timedelta

import polars as pl

from projections.metrics.askable import SEGMENT
from projections.metrics.derived_source import BoundReading
from projections.metrics.errors import SegmentNotTold
from projections.metrics.periods import moment
from projections.metrics.question import Asked
from projections.metrics.source import KnowsSegments

INSTANT = pl.Datetime("us", "UTC")
TICK = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)


def member_of(reading: BoundReading, rows: pl.DataFrame) -> pl.Series:
    """For each row [customer_id, at] the segment asked for that its customer was in; null for none."""
    asked = reading.asked
    named = [name for name in asked.question.where.get(SEGMENT, ()) if name is not None]
    placed = rows.select("customer_id", at=_day_ends(rows["at"], asked)).with_row_index()
    shown = [
        pl.when(_is_in(placed, _members(reading, name))).then(pl.lit(name)).otherwise(None) for name in named
    ]
    return placed.select(pl.coalesce(pl.lit(None, pl.String), *shown).alias(SEGMENT))[SEGMENT]


def _members(reading: BoundReading, segment: str) -> pl.DataFrame:
    if not isinstance(reading.source, KnowsSegments):
        raise SegmentNotTold(segment=segment, reason="these facts know of no segments")
    question = reading.asked.question
    return reading.source.members(
        segment,
        now=reading.asked.now,
        as_of=question.as_of,
        known_at=question.known_at,
        position=question.position,
    )


def _is_in(placed: pl.DataFrame, intervals: pl.DataFrame) -> pl.Series:
    """Whether each customer's last entry by then was not followed by an exit by then."""
    met = placed.sort("at").join_asof(
        intervals.select("customer_id", "entered_at", "left_at").sort("entered_at"),
        left_on="at",
        right_on="entered_at",
        by="customer_id",
        check_sortedness=False,
        coalesce=False,
    )
    stays = pl.col("left_at").is_null() | (pl.col("left_at") > pl.col("at"))
    return met.sort("index").select((pl.col("entered_at").is_not_null() & stays).alias("is_in"))["is_in"]


def _day_ends(at: pl.Series, asked: Asked) -> pl.Series:
    """The last microsecond of the local day of each instant, or of the one day that is asked for."""
    if asked.question.members_on is not None:
        end = pl.Series("at", [_end_of(asked.question.members_on, asked)], dtype=INSTANT)
        return end.new_from_index(0, at.len())
    local = at.dt.convert_time_zone(asked.zone.key).dt.replace_time_zone(None)
    days = (local - asked.question.day_start).dt.date()
    known = days.unique().drop_nulls()
    ends = pl.Series([_end_of(day, asked) for day in known.to_list()], dtype=INSTANT)
    return days.replace_strict(known, ends, default=None, return_dtype=INSTANT).alias("at")


def _end_of(day: date, asked: Asked) -> datetime:
    return moment(day + ONE_DAY, zone=asked.zone, day_start=asked.question.day_start) - TICK
