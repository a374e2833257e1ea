"""Memberships as views list them: under the person's name, and without those who were erased."""

import polars as pl

from projections.metrics.persons import BEGINNING, customer_id, persons
from projections.views.reading import ViewReading

STREAM = "member-"


def member_id() -> pl.Expr:
    """A membership as events name it, without the stream's prefix."""
    return pl.col("member").str.strip_prefix(STREAM).alias("member_id")


def listed_customers(reading: ViewReading, rows: pl.DataFrame, *, at: str) -> pl.DataFrame:
    """Rows of customers who are not erased, `customer_id` being the name of whoever it stood for `at` then.

    Rows about no known customer stay; a person of whom any pseudonym here is erased is not listed.
    """
    named = rows.with_columns(
        persons(reading).of(rows, column="customer_id", at=at, show="name").alias("shown")
    )
    erased = _erased(reading)
    is_erased = pl.any_horizontal(pl.col(name).is_in(erased.implode()) for name in ("customer_id", "shown"))
    listed = named.filter(~is_erased.fill_null(value=False))
    return listed.with_columns(customer_id="shown").drop("shown")


def _erased(reading: ViewReading) -> pl.Series:
    told = reading.facts("customers", columns=("erased_at",), time=("erased_at", BEGINNING, None))
    return told.select(customer_id("erased", "customer"))["erased"]


LISTED_FACTS = ("customers", "customer_links")
"""What listing reads."""
