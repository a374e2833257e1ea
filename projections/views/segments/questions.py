"""Questions to the history of segments: size by day, overlap, what became of members, and how fresh it is."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import polars as pl

from domain.organisation.segment_conditions import FieldCondition
from projections.metrics.errors import SegmentNotTold
from projections.views.reading import TICK, ViewReading
from projections.views.segments.definitions import Piece, Unreadable
from projections.views.segments.everybody import BEGINNING
from projections.views.segments.memberships import Memberships, evaluated, memberships

OUTCOMES = ("still_in", "back_in", "left", "churned", "won_back")
CHURNED = FieldCondition(field="churned_at", is_null=False)


def intervals_of(reading: ViewReading, name: str) -> pl.DataFrame:
    """[customer_id, entered_at, left_at) of everybody who ever was in a segment; raises SegmentNotTold."""
    told = memberships(reading, [name])
    if name in told.failures:
        raise SegmentNotTold(segment=name, reason=told.failures[name])
    return told.intervals.select("customer_id", "entered_at", "left_at")


def sizes(intervals: pl.DataFrame, reading: ViewReading, days: Sequence[date]) -> pl.DataFrame:
    """[segment, day, size, entered, left] at each local day's end, in order: how many are in, came and went.

    Size is last day's size plus whoever entered less whoever left, on every day.
    """
    begins = {day: reading.begin_of(day) for day in days}
    rows = [
        intervals.group_by("segment")
        .agg(
            size=_holds(reading.begin_of(day + timedelta(days=1))).sum().cast(pl.Int64),
            entered=_within("entered_at", begin, reading.begin_of(day + timedelta(days=1))),
            left=_within("left_at", begin, reading.begin_of(day + timedelta(days=1))),
        )
        .with_columns(day=pl.lit(day))
        for day, begin in begins.items()
    ]
    nothing = {
        "segment": pl.String(),
        "day": pl.Date(),
        **dict.fromkeys(("size", "entered", "left"), pl.Int64()),
    }
    return pl.concat([pl.DataFrame(schema=nothing), *(row.select(list(nothing)) for row in rows)]).sort(
        "segment", "day"
    )


def _within(column: str, begin: datetime, end: datetime) -> pl.Expr:
    return pl.col(column).is_between(begin, end, closed="left").sum().cast(pl.Int64)


def _holds(moment: datetime) -> pl.Expr:
    """Whether an interval holds at the last microsecond before a moment."""
    return (pl.col("entered_at") < moment) & (pl.col("left_at").is_null() | (pl.col("left_at") >= moment))


def overlap(members: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """[segment, other, both, either, jaccard] for every pair of segments, of rows [segment, customer_id].

    Jaccard is both over either, from 0 to 1; null where both segments are empty.
    """
    mine = members.select("segment", "customer_id").unique()
    met = mine.join(mine, on="customer_id", suffix="_other")
    both = met.group_by("segment", other="segment_other").agg(both=pl.len().cast(pl.Int64))
    size = mine.group_by("segment").agg(size=pl.len().cast(pl.Int64))
    order = pl.DataFrame({"segment": list(names)}, schema={"segment": pl.String()}).with_row_index("place")
    sized = order.join(size, on="segment", how="left").with_columns(pl.col("size").fill_null(0))
    pairs = sized.join(sized, how="cross", suffix="_other").filter(pl.col("place") <= pl.col("place_other"))
    joined = pairs.rename({"segment_other": "other"}).join(both, on=["segment", "other"], how="left")
    counted = joined.with_columns(pl.col("both").fill_null(0)).with_columns(
        either=pl.col("size") + pl.col("size_other") - pl.col("both")
    )
    share = pl.when(pl.col("either") > 0).then(pl.col("both") / pl.col("either"))
    return counted.sort("place", "place_other").select("segment", "other", "both", "either", jaccard=share)


def became(told: Memberships, reading: ViewReading, name: str, *, day: date, later: date) -> pl.DataFrame:
    """[outcome, customers]: what became, by the end of a later local day, of who was in at the end of a day.

    Whoever has churned by then is `churned`, whoever churned meanwhile and is back `won_back`; of the others
    `still_in` never left, `back_in` left and came again, `left` is in no more. Raises Unreadable.
    """
    if name in told.failures:
        raise Unreadable(told.failures[name])
    start, end = (reading.begin_of(one + timedelta(days=1)) for one in (day, later))
    mine = told.intervals.filter(segment=name)
    piece = Piece(start=BEGINNING, end=None, condition=CHURNED)
    left, _ = evaluated(reading, {"churned": [piece]})
    then = mine.filter(_holds(start)).select("customer_id", left_at="left_at")
    now = {
        "is_in": mine.filter(_holds(end)),
        "is_gone": left.filter(_holds(end)),
        "was_gone": left.filter(pl.col("entered_at").is_between(start, end - TICK)),
    }
    outcome = then.with_columns(
        pl.col("customer_id").is_in(rows["customer_id"].implode()).alias(flag) for flag, rows in now.items()
    ).with_columns(outcome=_outcome(end))
    counted = outcome.group_by("outcome").agg(customers=pl.len().cast(pl.Int64))
    every = pl.DataFrame({"outcome": OUTCOMES})
    return every.join(counted, on="outcome", how="left", maintain_order="left").with_columns(
        pl.col("customers").fill_null(0)
    )


def _outcome(end: datetime) -> pl.Expr:
    never_left = pl.col("left_at").is_null() | (pl.col("left_at") >= end)
    return (
        pl.when("is_gone")
        .then(pl.lit("churned"))
        .when("was_gone")
        .then(pl.lit("won_back"))
        .when(never_left)
        .then(pl.lit("still_in"))
        .when("is_in")
        .then(pl.lit("back_in"))
        .otherwise(pl.lit("left"))
    )


def stale_since(last_day: date | None, *, reading: ViewReading) -> date | None:
    """The first ended local day after the last stored one; None where there is none, or nothing is stored."""
    newest = reading.begin_of((reading.now - TICK).astimezone(reading.zone).date())
    ended = (newest - TICK).astimezone(reading.zone).date()
    if last_day is None or last_day >= ended:
        return None
    return last_day + timedelta(days=1)
