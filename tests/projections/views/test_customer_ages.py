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

FIRST_DAY = date(2024, 4, 20)
"""After everything that happens in a random store."""
VIEWS = (CUSTOMER_360, SENSITIVE_CUSTOMERS, PROSPECTS, LOST_CUSTOMERS, DISSATISFIED_CUSTOMERS)


def reached(reading: ViewReading, age: Age) -> set[str]:
    """Whose rows count otherwise from the reading's day on."""
    column = customer_column(age.fact)
    assert column is not None
    rows = reading.facts(age.fact, columns=[column, age.column])
    day = pl.col(age.column)
    if SPECS[age.fact].schema[age.column] != pl.Date:
        day = day.dt.convert_time_zone(reading.zone.key).dt.date()
    mine = rows.filter(day == reading.day - timedelta(days=age.days))
    return set(mine.select(customer_id("told", column))["told"].drop_nulls())


def changed(before: pl.DataFrame, after: pl.DataFrame) -> set[str]:
    gone = before.join(after, on=before.columns, how="anti", nulls_equal=True)
    new = after.join(before, on=before.columns, how="anti", nulls_equal=True)
    return {*gone["customer_id"], *new["customer_id"]}


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: str(view.name))
@settings(max_examples=15)
@for_any(seed=st.integers(0, 2**32), days=st.integers(0, 400))
def test_from_one_day_to_the_next_only_ages_change_a_row(view: View, seed: int, days: int) -> None:
    store = store_of(seed, view.all_facts)
    day = FIRST_DAY + timedelta(days=days)
    now = ViewReading(source=store, now=NOW)
    yesterday, today = (
        ViewReading(source=store, now=NOW, as_of=now.begin_of(one + timedelta(days=1)))
        for one in (day - timedelta(days=1), day)
    )
    aged = [one for age in view.all_ages for one in reached(today, age)]
    theirs = set(persons(today).everybody(aged))
    assert changed(view.made(yesterday), view.made(today)) <= theirs
