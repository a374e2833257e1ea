"""The windows that events open: of so many local days, of a calendar month, until something is over."""

import polars as pl

from domain.organisation.segment_conditions import CountCondition
from projections.views.segments.counted import stands
from projections.views.segments.days import INSTANT, Days


def plain_windows(events: pl.DataFrame, condition: CountCondition, days: Days) -> pl.DataFrame:
    """[who, opens, closes, row, by_event] of events that count as of their time, in the order of closing.

    N days are N local days, of which the last is that of the moment asked: what happened on a day counts
    until the begin of the Nth day after it.
    """
    at, by_event = events["at"], condition.in_month != "previous"
    opens, closes = at, pl.Series(values=[None], dtype=INSTANT).new_from_index(0, len(at))
    if condition.in_last_days is not None:
        closes = days.days_after(at, condition.in_last_days)
    elif condition.in_month == "this":
        closes = days.months_after(at, 1)
    elif condition.in_month == "previous":
        opens, closes = days.months_after(at, 1), days.months_after(at, 2)
    return events.select("who", "row", opens=opens, closes=closes, by_event=pl.lit(by_event))


def standing_windows(events: pl.DataFrame, condition: CountCondition, days: Days) -> pl.DataFrame:
    """What each event adds when its window opens, and takes away when that closes, or an event ends it.

    Events may have `happened`, `until`, `due` and `amount`; the answer is [who, at, delta, row, by_event,
    is_end]. `in_next_days` counts from the Nth local day before the one that comes, until the very moment.
    """
    events = stands(events)
    if condition.in_next_days is not None:
        events = events.filter(pl.col("due").is_not_null())
    opens, closes = _bounds(events, condition, days)
    bounded = events.with_columns(window_opens=opens, window_closes=closes).with_columns(
        opens=pl.max_horizontal("at", "window_opens"), closes=pl.min_horizontal("until", "window_closes")
    )
    lasting = bounded.filter(pl.col("closes").is_null() | (pl.col("closes") > pl.col("opens")))
    opening = lasting.select(
        "who",
        "row",
        at="opens",
        delta="amount",
        by_event=pl.col("opens") == pl.col("at"),
        is_end=pl.lit(value=False),
    )
    closing = lasting.filter(pl.col("closes").is_not_null()).select(
        "who",
        "row",
        at="closes",
        delta=-pl.col("amount"),
        by_event=(pl.col("closes") == pl.col("until")).fill_null(value=False),
        is_end=pl.lit(value=True),
    )
    return pl.concat([opening, closing])


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
