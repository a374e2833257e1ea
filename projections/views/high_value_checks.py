"""What the view of high-value customers has in common with the metrics that it shares its facts with."""

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl

from projections.metrics.question import Question
from projections.views.against_metrics import against_denominators, against_numerators
from projections.views.reading import ViewReading
from projections.views.view import Reconciliation

PLACED = ("population", "value", "tier")
"""What the view and the metrics can both be cut by."""
COUNTED = (
    ("snapshot", "cohort_retention", "share", "kept", "cohort"),
    ("revenue", "cohort_retention", "revenue", "spend_now", "base_spend"),
    ("hard", "bundle_rate", "hard", "hard", "customers"),
    ("soft", "bundle_rate", "soft", "soft", "customers"),
    ("total", "bundle_rate", "total", "bundled", "customers"),
    ("deep", "bundle_rate", "deep", "deep", "customers"),
)
"""What is reconciled: its name, the metric and its definition, the columns of both sides."""


def snapshot_day(reading: ViewReading) -> date:
    """The day as whose beginning the snapshot is taken: the first of the day's year."""
    return reading.day.replace(month=1, day=1)


def both_sides(
    metric: str, definition: str, *, part: str, whole: str
) -> Callable[[ViewReading, pl.DataFrame], pl.DataFrame]:
    """Compare both sides of a metric where the view tells them: revenue up to the end of its month."""

    def differences(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
        told = rows.filter(pl.col(part).is_not_null())
        if told.is_empty():
            return told
        question = Question(
            metric=metric,
            definition=definition,
            start=snapshot_day(reading),
            end=_end(reading, told, is_revenue=definition == "revenue"),
            by=PLACED,
        )
        above = against_numerators(reading, _summed(told, part), question)
        below = against_denominators(reading, _summed(told, whole), question)
        return pl.concat([above, below]).filter(pl.col("population").is_not_null())

    return differences


def _end(reading: ViewReading, rows: pl.DataFrame, *, is_revenue: bool) -> date:
    """The day after the last of the metric's period."""
    month: date = rows["revenue_month"][0]
    return (month + timedelta(days=31)).replace(day=1) if is_revenue else reading.day + timedelta(days=1)


def _summed(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    return rows.group_by(PLACED).agg(in_view=pl.col(column).sum())


RECONCILIATIONS = tuple(
    Reconciliation(
        name=name,
        meaning=f"{part} and {whole} = both sides of {metric}.{definition}, by population, value and tier",
        differences=both_sides(metric, definition, part=part, whole=whole),
    )
    for name, metric, definition, part, whole in COUNTED
)
