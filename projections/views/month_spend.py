"""What customers spent in the last whole month of which usage is on record."""

from datetime import date, timedelta

import polars as pl

from projections.facts.spec import MONEY
from projections.views.reading import ViewReading

MONTHS_LOOKED_AT = 2
"""Months that are looked at, the last one over among them: what is older is no longer current."""


def latest_spend(reading: ViewReading) -> tuple[date | None, pl.DataFrame]:
    """The first day of a month of the day's year, and [customer, spent] in it; null where none is on record.

    The month is the last one over of which usage was recorded; what is spent counts where a stretch of usage
    lies within it.
    """
    until = first_of_month(reading.day + timedelta(days=1))
    since = max(months_before(until, MONTHS_LOOKED_AT), reading.day.replace(month=1, day=1))
    told = reading.facts(
        "usage_months", envelope=False, columns=("period_end", "spend"), time=("period_start", since, until)
    )
    usage = told.filter(pl.col("period_end") <= until)
    last: date | None = usage["period_end"].max()  # type: ignore[assignment]
    ended = since if last is None else first_of_month(last)
    began = months_before(ended, 1)
    within = (pl.col("period_start") >= began) & (pl.col("period_end") <= ended)
    spent = usage.filter(within).group_by("customer").agg(spent=pl.col("spend").sum().cast(MONEY))
    return (began if ended > since else None), spent


def first_of_month(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def months_before(first: date, months: int) -> date:
    """The first day of the month so many months before one told by its first day."""
    count = first.year * 12 + first.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
