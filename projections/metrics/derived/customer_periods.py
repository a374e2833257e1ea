"""Every customer ever registered, once per period or month: here at its beginning and end, gone meanwhile."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from projections.metrics.derived.customer_standing import churns_of, is_gone, standing, with_classes
from projections.metrics.derived.derived import Derived, Reading, Span
from projections.metrics.derived.spans import ENVELOPE_COLUMNS, INSTANT, begun_spans

STANDING = {
    "customer_id": pl.String(),
    "unit": pl.String(),
    "tier": pl.String(),
    "value": pl.String(),
    "population": pl.String(),
    "is_here": pl.Boolean(),
    "at": INSTANT,
}
MEANWHILE = {"product": pl.String(), "was_here": pl.Boolean(), "left_meanwhile": pl.Boolean()}
READS = ("customers", "churns", "customer_classes", "organisation_rules")
KEYS = ("customer", "period_end")


def customer_periods(reading: Reading) -> pl.DataFrame:
    """Customers as they stand at the end of each period that has begun, with what changed in it.

    `product` is that of the contract signed last, running or not; value and population of whoever is gone are
    those at the moment of leaving.
    """
    spans = begun_spans(reading)
    rows = _as_they_left(reading, standing(reading, spans["period_end"].to_list()))
    placed = rows.join(spans, on="period_end")
    known = placed.with_columns(_product(reading, placed))
    churned = known.select(KEYS[0], "period_start").join(churns_of(reading), on="customer")
    gone = churned.filter(is_gone("period_start")).select("customer", "period_start").unique()
    met = known.join(gone.with_columns(was_gone=True), on=["customer", "period_start"], how="left")
    return met.with_columns(
        was_here=(pl.col("registered_at") < pl.col("period_start")) & pl.col("was_gone").is_null(),
        left_meanwhile=(pl.col("left_at") >= pl.col("period_start")).fill_null(value=False),
    ).select(*KEYS, *STANDING, *MEANWHILE, *ENVELOPE_COLUMNS)


def _as_they_left(reading: Reading, rows: pl.DataFrame) -> pl.DataFrame:
    """Add value and population: of whoever is here at the period's end, of others when they left."""
    looked_at = rows.rename({"moment": "period_end", "left_at": "last_left_at"}).with_columns(
        moment=pl.when("is_here").then("period_end").otherwise("last_left_at"),
        left_at=pl.when("is_here").then("last_left_at"),
    )
    classed = with_classes(reading, looked_at).drop("moment", "left_at")
    return classed.rename({"last_left_at": "left_at"})


def _product(reading: Reading, rows: pl.DataFrame) -> pl.Series:
    signed = reading.facts("contracts", columns=("signed_at", "product")).sort("signed_at", "last_position")
    found = (
        rows.select("customer", "period_end")
        .with_row_index()
        .sort("period_end")
        .join_asof(
            signed.filter(pl.col("signed_at").is_not_null()).select("customer", "signed_at", "product"),
            left_on="period_end",
            right_on="signed_at",
            by="customer",
            allow_exact_matches=False,
            check_sortedness=False,
        )
    )
    return found.sort("index")["product"]


def customer_months(reading: Reading) -> pl.DataFrame:
    """Customers as they stand at the end of each month that ends in a period and has ended by now."""
    ends = [end for _, end in month_spans(reading.spans, zone=reading.zone, by=reading.reference)]
    rows = with_classes(reading, standing(reading, ends)).rename({"moment": "period_end"})
    return rows.with_columns(at=pl.col("period_end") - timedelta(microseconds=1)).select(
        *KEYS, *STANDING, *ENVELOPE_COLUMNS
    )


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
    reads=(*READS, "contracts"),
    keys=KEYS,
    schema=STANDING | MEANWHILE,
    rows=customer_periods,
)
CUSTOMER_MONTHS = Derived(
    name="customer_months", reads=READS, keys=KEYS, schema=STANDING, rows=customer_months
)
