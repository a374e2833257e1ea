"""Fields that are judged once a day: what a view said of a customer at each stored day, and says now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, runtime_checkable

import polars as pl

from projections.views.churn_risk import CHURN_RISK
from projections.views.customer_360 import CUSTOMER_360
from projections.views.reading import TICK, ViewReading
from projections.views.segments.days import INSTANT, Days
from projections.views.view import View

SCALE = 1_000_000
"""Numbers of views are compared in millionths."""


@runtime_checkable
class KeepsDays(Protocol):
    """A source that knows the stored days of views, too."""

    def view_days(
        self, view: View, *, before: date, columns: Sequence[str], customers: Collection[str] | None
    ) -> pl.DataFrame:
        """These columns on the stored days before one; `valid_from` and `valid_to` are such."""


@dataclass(frozen=True, kw_only=True)
class DailyField:
    """A column of a view of customers; numbers are kept as whole multiples of one over `SCALE`."""

    view: View
    column: str
    is_number: bool = True


DAILY: Mapping[str, DailyField] = {
    name: DailyField(view=CUSTOMER_360, column=name)
    for name in ("points_expiring_90_days", "spend_last_month", "spend_mean_3_months", "open_warnings")
} | {
    "churn_probability": DailyField(view=CHURN_RISK, column="probability"),
    "churn_band": DailyField(view=CHURN_RISK, column="band", is_number=False),
}


def daily_values(days: pl.DataFrame, reading: ViewReading, field: DailyField) -> pl.DataFrame:
    """Values over time, of which a day's stands from its last microsecond on (columns as in `fields`).

    `days` are those of the field's view.
    """
    value = pl.col(field.column)
    if field.is_number:
        value = (value.cast(pl.Decimal(38, 6)) * SCALE).cast(pl.Int64)
    begins = Days(reading.zone, reading.reference)
    intervals = days.select("valid_from", "valid_to", customer="customer_id", value=value)
    met = (
        pl.concat([intervals["valid_from"], intervals["valid_to"].rename("valid_from")]).drop_nulls().unique()
    )
    ends = {day: begins.begin(day + timedelta(days=1)) - TICK for day in met}
    return _steps(intervals, field, ends | {reading.day: reading.reference - TICK})


def days_told(reading: ViewReading, view: View) -> pl.DataFrame:
    """What a view said of each customer on its stored days, and says now: [customer_id, valid_from, …].

    Days that were never stored say nothing: what the day before them said goes on. The reading's own day, and
    every reading without stored days, is the view at the moment.
    """
    columns = [field.column for field in DAILY.values() if field.view is view]
    now = reading.view(view, columns=columns).with_columns(
        valid_from=pl.lit(reading.day), valid_to=pl.lit(None, pl.Date)
    )
    if not isinstance(reading.source, KeepsDays):
        return now
    kept = reading.source.view_days(
        view, before=reading.day, columns=now.columns, customers=reading.customers
    )
    ended = kept.with_columns(pl.min_horizontal("valid_to", pl.lit(reading.day)).alias("valid_to"))
    return pl.concat([now, ended.select(now.columns)])


def _steps(intervals: pl.DataFrame, field: DailyField, ends: Mapping[date, datetime]) -> pl.DataFrame:
    """Each interval's value at its first day's end, and none at the end of the day after its last."""
    ended = intervals.filter(pl.col("valid_to").is_not_null())
    steps = pl.concat(
        [
            intervals.select("customer", "value", day="valid_from", order=pl.lit(1, pl.Int64)),
            ended.select(
                "customer",
                pl.lit(None, intervals["value"].dtype).alias("value"),
                day="valid_to",
                order=pl.lit(0, pl.Int64),
            ),
        ]
    )
    return steps.select(
        "customer",
        at=pl.col("day").replace_strict(ends, return_dtype=INSTANT),
        value="value",
        order="order",
        topic=pl.lit(field.view.name),
        stream=pl.lit(None, pl.String),
        version=pl.lit(None, pl.Int64),
    )
