"""The months that a view shows, up to that of its day, and the questions that metrics answer by month."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

import polars as pl

from projections.metrics.question import Question
from projections.views.reading import ViewReading

YEAR = 12


def first_month(day: date, *, before: int) -> date:
    """The first day of the month so many months before a day's own."""
    months = day.year * YEAR + day.month - 1 - before
    return date(months // YEAR, months % YEAR + 1, 1)


def month_of(column: str, *, zone: str) -> pl.Expr:
    """The first day of the month in which an instant lies, in a zone."""
    return pl.col(column).dt.convert_time_zone(zone).dt.date().dt.month_start()


def month_spans(reading: ViewReading, *, before: int) -> list[tuple[datetime, datetime]]:
    """The months shown as half-open instants in UTC; the day's own month ends with its last day."""
    firsts = [first_month(reading.day, before=ago) for ago in range(before, -2, -1)]
    edges = [reading.begin_of(first) for first in firsts]
    return list(pairwise(edges))


def by_month(
    reading: ViewReading, metric: str, *, since: date, by: Sequence[str] = (), definition: str | None = None
) -> Question:
    """Ask a metric by month, from the month of `since` on up to the view's day."""
    return Question(
        metric=metric,
        definition=definition,
        start=since.replace(day=1),
        end=reading.day + timedelta(days=1),
        grain="month",
        by=tuple(by),
    )
