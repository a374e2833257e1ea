"""Every customer ever registered, once per period or month: here at its beginning and end, gone meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from projections.metrics.derived.customer_bundles import with_bundles
from projections.metrics.derived.customer_standing import standing, with_classes
from projections.metrics.derived.derived import Derived, Reading, Span
from projections.metrics.derived.spans import INSTANT, begun_spans

SCHEMA = {
    "customer_id": pl.String(),
    "unit": pl.String(),
    "tier": pl.String(),
    "value": pl.String(),
    "population": pl.String(),
    "product": pl.String(),
    "was_here": pl.Boolean(),
    "is_here": pl.Boolean(),
    "left_meanwhile": pl.Boolean(),
    "holds_hard": pl.Boolean(),
    "holds_soft": pl.Boolean(),
    "is_deep": pl.Boolean(),
    "at": INSTANT,
}
READS = ("customers", "churns", "customer_classes", "contracts", "organisation_rules")


def customer_periods(reading: Reading) -> pl.DataFrame:
    """Customers as they stand at the end of each period that has begun."""
    return _standing_at_ends(reading, begun_spans(reading))


def customer_months(reading: Reading) -> pl.DataFrame:
    """Customers as they stand at the end of each month that ends in a period and has ended by now."""
    months = month_spans(reading.spans, zone=reading.zone, by=reading.reference)
    schema = {"period_start": INSTANT, "period_end": INSTANT}
    spans = pl.DataFrame(months, schema=schema, orient="row")
    return _standing_at_ends(reading, spans.with_columns(at=pl.col("period_end") - timedelta(microseconds=1)))


def _standing_at_ends(reading: Reading, spans: pl.DataFrame) -> pl.DataFrame:
    starts, ends = spans["period_start"].to_list(), spans["period_end"].to_list()
    known = standing(reading, ends).with_columns(period_end="moment")
    rows = with_bundles(reading, with_classes(reading, known)).join(spans, on="period_end")
    before = standing(reading, starts).select("customer", period_start="moment", was_here="is_here")
    met = rows.join(before, on=["customer", "period_start"], how="left")
    return met.with_columns(
        pl.col("was_here").fill_null(value=False),
        left_meanwhile=(pl.col("left_at") >= pl.col("period_start")).fill_null(value=False),
    ).drop("moment", "period_start", "left_at")


def month_spans(spans: Sequence[Span], *, zone: ZoneInfo, by: datetime) -> list[Span]:
    """The calendar months that end within a period, its own end included, and have ended by a moment."""
    found: dict[datetime, datetime] = {}
    for start, end in spans:
        first = start.astimezone(zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        while (turn := (first + timedelta(days=31)).replace(day=1)).astimezone(UTC) <= min(end, by):
            if turn.astimezone(UTC) > start:
                found[first.astimezone(UTC)] = turn.astimezone(UTC)
            first = turn
    return list(found.items())


CUSTOMER_PERIODS = Derived(
    name="customer_periods",
    reads=READS,
    keys=("customer", "period_end"),
    schema=SCHEMA,
    rows=customer_periods,
)
CUSTOMER_MONTHS = Derived(
    name="customer_months",
    reads=READS,
    keys=("customer", "period_end"),
    schema=SCHEMA,
    rows=customer_months,
)
