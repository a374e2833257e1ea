"""What the checks of a run say of its days: rows that break a rule, and days unlike those before."""

from dataclasses import replace
from datetime import date, timedelta

import dagster as dg
import polars as pl

from pipelines.dagster_location.day_checks import like_the_days_before
from pipelines.dagster_location.day_told import DayTold, broken_rules
from pipelines.dagster_location.refreshing import RefreshedDay
from tests.pipelines.dagster_location.examples import RATED_MONTHS

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
ROWS = pl.DataFrame({"month": [MARCH, APRIL, APRIL], "ratings": [28, 2, None]})


def test_rows_that_break_a_rule_are_counted_and_shown_and_null_breaks_none() -> None:
    found = broken_rules(RATED_MONTHS, ROWS)
    assert {name: one.rows for name, one in found.items()} == {
        "one_row_per_key": 2,
        "fewer_than_28_ratings": 1,
    }
    assert found["one_row_per_key"].shown.equals(ROWS.tail(2))
    assert found["fewer_than_28_ratings"].shown.equals(ROWS.head(1))
    assert broken_rules(RATED_MONTHS, ROWS.clear()) == {}


def test_a_view_without_keys_has_one_row() -> None:
    total = replace(RATED_MONTHS, keys=())
    assert "one_row_per_key" not in broken_rules(total, ROWS.head(1))
    assert broken_rules(total, ROWS)["one_row_per_key"].rows == 2


def test_a_day_unlike_those_before_is_a_warning_that_names_it() -> None:
    refreshed = RefreshedDay(day=MARCH + timedelta(days=7), position=1, rows=ROWS, status="stored")
    counts = {MARCH + timedelta(days=number): 30.0 for number in range(7)} | {refreshed.day: 3.0}
    found = like_the_days_before({"rows": counts, "ratings": {}}, [DayTold.of(RATED_MONTHS, refreshed)])
    assert not found.passed
    assert found.severity is dg.AssetCheckSeverity.WARN
    assert found.description == "rows of 2026-03-08 is 3, after 30 as a rule"
    assert like_the_days_before({"rows": {}}, [DayTold.of(RATED_MONTHS, refreshed)]).passed
