"""Where nothing happens, the rows of a customer change by the ages that a view declares, and by no other."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st

from projections.facts import SPECS
from projections.metrics.persons import customer_id, persons
from projections.views.customer_360 import CUSTOMER_360
from projections.views.dissatisfied_customers import DISSATISFIED_CUSTOMERS
from projections.views.lost_customers import LOST_CUSTOMERS
from projections.views.prospects import PROSPECTS
from projections.views.reading import ViewReading, customer_column
from projections.views.sensitive_customers import SENSITIVE_CUSTOMERS
from projections.views.view import Age, View
from tests.projections.views.given import NOW
from tests.projections.views.plain.random_store import store_of

FIRST_DAY = date(2024, 4, 21)
"""After everything that happens in a random store."""
VIEWS = (CUSTOMER_360, SENSITIVE_CUSTOMERS, PROSPECTS, LOST_CUSTOMERS, DISSATISFIED_CUSTOMERS)


def aging(reading: ViewReading, age: Age) -> pl.DataFrame:
    """[customer, day]: whose rows count otherwise, and from which day on."""
    column = customer_column(age.fact)
    assert column is not None
    rows = reading.facts(age.fact, columns=[column, age.column])
    day = pl.col(age.column)
    if SPECS[age.fact].schema[age.column] != pl.Date:
        day = day.dt.convert_time_zone(reading.zone.key).dt.date()
    told = rows.select(customer_id("customer", column), day=day + pl.duration(days=age.days))
    return told.drop_nulls()


def changed(before: pl.DataFrame, after: pl.DataFrame) -> set[str]:
    gone = before.join(after, on=before.columns, how="anti", nulls_equal=True)
    new = after.join(before, on=before.columns, how="anti", nulls_equal=True)
    return {*gone["customer_id"], *new["customer_id"]}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: str(view.name))
@settings(max_examples=15)
@for_any(seed=st.integers(0, 2**32), pick=st.integers(0, 99), beside=st.sampled_from((-1, 0, 0, 1)))
def test_from_one_day_to_the_next_only_ages_change_a_row(
    view: View, seed: int, pick: int, beside: int
) -> None:
    """The day is one on which some row ages, or one beside it."""
    store = store_of(seed, view.all_facts)
    now = ViewReading(source=store, now=NOW)
    aged = pl.concat([aging(now, age) for age in view.all_ages])
    days = aged.filter(pl.col("day") >= FIRST_DAY)["day"].unique().sort().to_list() or [FIRST_DAY]
    day = days[pick % len(days)] + timedelta(days=beside)
    yesterday, today = (
        ViewReading(source=store, now=NOW, as_of=now.begin_of(one + timedelta(days=1)))
        for one in (day - timedelta(days=1), day)
    )
    theirs = set(persons(today).everybody(aged.filter(day=day)["customer"].to_list()))
    assert changed(view.made(yesterday), view.made(today)) <= theirs
