"""The windows that events open: of so many local days, of a calendar month, until something is over."""

import polars as pl

from domain.organisation.segment_conditions import CountCondition
from projections.views.segments.days import INSTANT, Days
from projections.views.segments.truths import CAUSE, EVENT, TIME

WINDOW = ("who", "opens", "closes", "by", "closed_by", "amount", *CAUSE, "until_topic", "until_version")


def windows(events: pl.DataFrame, condition: CountCondition, days: Days) -> pl.DataFrame:
    """From when until when each event counts, with what opens and what closes the window.

    N days are N local days, of which the last is that of the moment asked: what happened on a day counts
    until the begin of the Nth day after it. `in_next_days` counts from the Nth day before the one that comes,
    until the very moment.
    """
    if condition.in_next_days is not None:
        events = events.filter(pl.col("due").is_not_null())
    opens, closes = _bounds(events, condition, days)
    placed = events.with_columns(window_opens=opens, window_closes=closes)
    return (
        placed.with_columns(
            opens=pl.max_horizontal("at", "window_opens"),
            closes=pl.min_horizontal("until", "window_closes"),
        )
        .with_columns(
            by=pl.when(pl.col("opens") == pl.col("at")).then(pl.lit(EVENT)).otherwise(pl.lit(TIME)),
            closed_by=pl.when(pl.col("closes") == pl.col("until"))
            .then(pl.lit(EVENT))
            .otherwise(pl.lit(TIME)),
        )
        .filter(pl.col("closes").is_null() | (pl.col("closes") > pl.col("opens")))
        .select(WINDOW)
    )


def _bounds(events: pl.DataFrame, condition: CountCondition, days: Days) -> tuple[pl.Series, pl.Series]:
    never = pl.Series(values=[None] * events.height, dtype=INSTANT)
    happened = events["happened"]
    if condition.in_last_days is not None:
        return never, days.days_after(happened, condition.in_last_days)
    if condition.in_next_days is not None:
        return days.days_after(events["due"], -condition.in_next_days), events["due"]
    if condition.in_month == "this":
        return days.months_after(happened, 0), days.months_after(happened, 1)
    if condition.in_month == "previous":
        return days.months_after(happened, 1), days.months_after(happened, 2)
    return never, never


def deltas(opened: pl.DataFrame) -> pl.DataFrame:
    """What each window adds when it opens, and takes away when it closes."""
    opening = opened.select("who", "by", *CAUSE, at="opens", delta="amount")
    is_event = pl.when(pl.col("closed_by") == EVENT)
    closing = opened.filter(pl.col("closes").is_not_null()).select(
        "who",
        "stream",
        by="closed_by",
        topic=is_event.then("until_topic").otherwise("topic"),
        version=is_event.then("until_version").otherwise("version"),
        at="closes",
        delta=-pl.col("amount"),
    )
    columns = ["who", "at", "delta", "by", *CAUSE]
    return pl.concat([opening.select(columns), closing.select(columns)])
