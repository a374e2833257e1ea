"""Customers lost in the last 90 local days, and what happened in the 30, 60 and 90 days before they left."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import polars as pl

from projections.metrics.persons import STREAM, customer_id, persons
from projections.views.customer_360 import CUSTOMER_360
from projections.views.lost_signals import (
    READ_FACTS,
    SIGNALS,
    WINDOWS,
    column,
    counted_before,
    happened,
    is_before,
)
from projections.views.people import WHO, People, beside, people_of
from projections.views.reading import ViewReading
from projections.views.view import Age, Figure, Reconciliation, View, row_count

DAYS = 90
REACH = DAYS + max(WINDOWS)


@dataclass(frozen=True, kw_only=True)
class LostCustomer:
    """Somebody who left under every pseudonym, and is not back.

    Days before are 24 hours each and end when they left.
    """

    customer_id: str
    """The pseudonym that stands for all of the person's."""
    churned_at: datetime
    """When they left last."""
    churn_reason: str | None
    """Why, a code; null where nobody said."""
    to_competitor: bool | None
    unit: str | None
    """The unit of the latest registration, as an id without `unit-`."""
    tier: str | None
    """The tier as the source said it at the latest registration."""
    value_class: str | None
    """The class in the scheme `value` that they left with; null where none was told."""
    manager_a: str | None
    registered_at: datetime | None
    spend_last_month: Decimal | None
    spend_mean_3_months: Decimal | None
    open_complaints: int
    """Complaints of theirs that are not closed, or open again, at the view's moment."""
    calls_30_days_before: int
    """Inbound calls in the 30 days before they left."""
    calls_60_days_before: int
    """Inbound calls in the 60 days before they left."""
    calls_90_days_before: int
    """Inbound calls in the 90 days before they left."""
    unresolved_calls_30_days_before: int
    """Inbound calls declared not resolved in the 30 days before they left."""
    unresolved_calls_60_days_before: int
    """Inbound calls declared not resolved in the 60 days before they left."""
    unresolved_calls_90_days_before: int
    """Inbound calls declared not resolved in the 90 days before they left."""
    complaints_30_days_before: int
    """Complaints filed in the 30 days before they left."""
    complaints_60_days_before: int
    """Complaints filed in the 60 days before they left."""
    complaints_90_days_before: int
    """Complaints filed in the 90 days before they left."""
    low_ratings_30_days_before: int
    """Ratings that said to be not satisfied in the 30 days before they left."""
    low_ratings_60_days_before: int
    """Ratings that said to be not satisfied in the 60 days before they left."""
    low_ratings_90_days_before: int
    """Ratings that said to be not satisfied in the 90 days before they left."""
    contacts_30_days_before: int
    """Outbound contacts in the 30 days before they left."""
    contacts_60_days_before: int
    """Outbound contacts in the 60 days before they left."""
    contacts_90_days_before: int
    """Outbound contacts in the 90 days before they left."""
    retention_actions_90_days_before: int
    """What was tried to keep them in the 90 days before they left."""


SHOWN = (
    "churned_at",
    "churn_reason",
    "unit",
    "tier",
    "manager_a",
    "registered_at",
    "spend_last_month",
    "spend_mean_3_months",
    "open_complaints",
)
"""Columns that are those of `customer_360`."""
COUNTS = tuple(column(signal, days) for signal in SIGNALS for days in WINDOWS)
TRIED = column("retention_actions", DAYS)


def lost_customers(reading: ViewReading) -> pl.DataFrame:
    """One row per person who left in the last 90 local days."""
    left = ("churned_at", reading.days_before(DAYS), None)
    gone = reading.view(CUSTOMER_360, columns=SHOWN, time=left)
    people = people_of(reading, [gone.select(pl.format(f"{STREAM}{{}}", "customer_id")).to_series()])
    lost = gone.join(people.names, on="customer_id")
    moments = lost.select(WHO, moment="churned_at")
    told = beside(
        lost,
        (
            counted_before(happened(reading, people, since=REACH), moments),
            _tried(reading, people, moments),
            _to_competitor(reading, people, moments),
            _value_then(reading, people, moments),
        ),
    )
    return told.with_columns(pl.col(*COUNTS, TRIED).fill_null(0))


def _tried(reading: ViewReading, people: People, moments: pl.DataFrame) -> pl.DataFrame:
    """[who, retention_actions_90_days_before]."""
    taken = people.read(reading, "retention_actions", at="taken_at", since=REACH)
    told = taken.rename({"taken_at": "at"}).join(moments, on=WHO)
    return told.filter(is_before("moment", DAYS)).group_by(WHO).agg(pl.len().cast(pl.Int64).alias(TRIED))


def _to_competitor(reading: ViewReading, people: People, moments: pl.DataFrame) -> pl.DataFrame:
    """[who, to_competitor] as their last leaving told."""
    left = people.read(reading, "churns", "to_competitor", "last_position", at="churned_at", since=DAYS)
    last = left.join(moments, left_on=[WHO, "churned_at"], right_on=[WHO, "moment"], how="semi")
    return last.sort("last_position").group_by(WHO).agg(pl.col("to_competitor").last())


def _value_then(reading: ViewReading, people: People, moments: pl.DataFrame) -> pl.DataFrame:
    """[who, value_class]: the last class of value before they left."""
    columns = ("value", "classified_at")
    rows = reading.facts("customer_classes", columns=columns, equal={"scheme": ["value"]})
    told = people.placed(rows, *columns, "last_position", column="customer", at="classified_at")
    before = told.join(moments, on=WHO).filter(pl.col("classified_at") < pl.col("moment"))
    return before.sort("classified_at", "last_position").group_by(WHO).agg(value_class=pl.col("value").last())


def leavings_differ(reading: ViewReading, rows: pl.DataFrame) -> pl.DataFrame:
    """[customer_id] of who left in the days by the fact of leavings and has no row, or the other way round.

    Customers who were linked, whose number changed hands, or who were erased are left out.
    """
    since = ("churned_at", reading.days_before(DAYS), None)
    left = reading.facts("churns", columns=("won_back_at",), time=since)
    gone = (
        left.filter(pl.col("won_back_at").is_null()).select(customer_id("customer_id", "customer")).unique()
    )
    told = reading.facts("customers", columns=("registered_at", "erased_at"))
    registered = told.filter(pl.col("registered_at").is_not_null(), pl.col("erased_at").is_null())
    known = gone.join(registered.select(customer_id("customer_id", "customer")), on="customer_id")
    tenures = persons(reading).tenures
    unlisted = known.join(rows, on="customer_id", how="anti")
    unknown = rows.select("customer_id").join(gone, on="customer_id", how="anti")
    return pl.concat([unlisted, unknown]).join(tenures, on="customer_id", how="anti")


LOST_CUSTOMERS = View(
    name="lost_customers",
    version=1,
    row=LostCustomer,
    keys=("customer_id",),
    time="churned_at",
    facts=(
        *READ_FACTS,
        "retention_actions",
        "churns",
        "customer_classes",
        "customers",
        "customer_links",
    ),
    views=(CUSTOMER_360,),
    make=lost_customers,
    name_en="lost customers",
    name_zh="流失客户",
    figure=Figure(name="lost_in_90_days", value=row_count, lowest=0.0),
    ranges={
        "counts_are_not_negative": pl.all_horizontal(pl.col(name) >= 0 for name in COUNTS),
        "short_windows_lie_in_long_ones": pl.all_horizontal(
            pl.col(column(signal, 30)) <= pl.col(column(signal, 60)) for signal in SIGNALS
        )
        & pl.all_horizontal(pl.col(column(signal, 60)) <= pl.col(column(signal, 90)) for signal in SIGNALS),
    },
    reconciliations=(
        Reconciliation(
            name="leavings_are_those_told",
            meaning="who left in the last 90 days and is not back, by the fact of leavings",
            differences=leavings_differ,
        ),
    ),
    ages=(Age(fact="customers", column="churned_at", days=DAYS),),
)
