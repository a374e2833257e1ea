"""Partitions of views: stored once, compared when made again, never rewritten, read back, and checked."""

from collections.abc import Mapping
from datetime import date

import dagster as dg
import pytest
from psycopg.sql import SQL, Identifier

from infra.stores import Store
from pipelines.dagster_location.days import DayRange
from pipelines.dagster_location.definitions import definitions_over
from pipelines.dagster_location.refreshing import RowsNotThere, read_back
from projections.storage.database import open_database
from projections.views import VIEWS
from projections.views.satisfaction_scores import SATISFACTION_SCORES
from tests.pipelines.dagster_location.examples import (
    CHINA,
    DAYS,
    RATED_MONTHS,
    TWO_VIEWS,
    assert_each_day_is_there_once,
    days_kept,
    definitions_of,
    passed,
    refreshed,
)
from tests.pipelines.dagster_location.given import NOW, a_rated_day, rating, told, told_and_projected

# Backfills in one run are called beta; what we need of them is tested here.
pytestmark = pytest.mark.filterwarnings("ignore::dagster.BetaWarning")

SCORES = (SATISFACTION_SCORES,)
FIRST = DayRange(DAYS.first, DAYS.first)
LAST = DayRange(DAYS.last, DAYS.last)


@pytest.fixture(scope="module")
def filled(rated_store: Store, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """Ten days of two views in one run."""
    return refreshed(rated_store, DAYS, instance=instance)


def shown(instance: dg.DagsterInstance, view: str) -> Mapping[str, dg.MetadataValue]:
    """The metadata of the last partition that was made of a view."""
    found = instance.get_latest_materialization_event(dg.AssetKey(view))
    assert found is not None
    assert found.asset_materialization is not None
    return found.asset_materialization.metadata


def test_days_are_filled_back_in_one_run_and_what_is_read_comes_first(
    filled: dg.ExecuteInProcessResult, rated_store: Store, instance: dg.DagsterInstance
) -> None:
    assert filled.success
    assert_each_day_is_there_once(rated_store, DAYS)
    steps = [event.step_key for event in filled.all_events if event.is_step_success]
    assert steps == ["satisfaction_scores", "rated_months"]
    for view in TWO_VIEWS:
        assert len(instance.get_materialized_partitions(dg.AssetKey(view.name))) == 10


def test_a_run_shows_counts_lag_rows_and_a_plot(
    filled: dg.ExecuteInProcessResult, instance: dg.DagsterInstance
) -> None:
    assert filled.success
    metadata = shown(instance, "satisfaction_scores")
    assert metadata["days"].value == 10
    assert metadata["lag"].value == 0
    assert metadata["dagster/partition_row_count"].value == metadata["dagster/row_count"].value == 3
    assert "| 2026-03-01 |" in str(metadata["rows_of_the_last_day"].value)
    assert "data:image/svg+xml" in str(metadata["satisfied_share_month_to_date"].value)


def test_a_run_of_one_day_draws_the_stored_days_that_end_with_it(
    filled: dg.ExecuteInProcessResult, rated_store: Store, instance: dg.DagsterInstance
) -> None:
    before = shown(instance, "rated_months")
    again = refreshed(rated_store, LAST, instance=instance, views=[RATED_MONTHS])
    assert filled.success
    assert again.success
    assert shown(instance, "rated_months")["ratings"] == before["ratings"]
    with dg.DagsterInstance.ephemeral() as forgetful:
        assert refreshed(rated_store, LAST, instance=forgetful, views=[RATED_MONTHS]).success
        assert shown(forgetful, "rated_months")["ratings"] == before["ratings"]


def test_the_checks_of_a_run_look_at_all_its_days(filled: dg.ExecuteInProcessResult) -> None:
    found = {
        (one.asset_key.to_user_string(), one.check_name): one.passed
        for one in filled.get_asset_check_evaluations()
    }
    assert [key for key, is_passed in found.items() if not is_passed] == [
        ("rated_months", "fewer_than_28_ratings")
    ]
    assert ("satisfaction_scores", "one_row_per_key") in found
    assert {("satisfaction_scores", rule) for rule in SATISFACTION_SCORES.ranges} <= found.keys()


def test_a_broken_rule_shows_its_rows(filled: dg.ExecuteInProcessResult) -> None:
    (broken,) = (one for one in filled.get_asset_check_evaluations() if not one.passed)
    assert broken.description == "1 rows of 2026-03-10 break it; so do 0 other days"
    assert "| 2026-03-01 | 30 |" in str(broken.metadata["first_rows"].value)


def test_counting_again_finds_nothing_different(
    filled: dg.ExecuteInProcessResult, rated_store: Store, instance: dg.DagsterInstance
) -> None:
    assert filled.success
    found = reconciled(rated_store, instance)
    assert passed(found, "stored_days_equal_facts")
    assert passed(found, "ratings_equal_scores", view=RATED_MONTHS)


def reconciled(store: Store, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """The night's counting again, of the views alone."""
    job = definitions_of(store).resolve_job_def("reconcile")
    of_views = [
        dg.AssetCheckKey(dg.AssetKey(view), name)
        for view, name in (
            ("satisfaction_scores", "stored_days_equal_facts"),
            ("rated_months", "stored_days_equal_facts"),
            ("rated_months", "ratings_equal_scores"),
        )
    ]
    subset = job.get_subset(asset_selection=set(), asset_check_selection=set(of_views))
    return subset.execute_in_process(instance=instance, resources=None, raise_on_error=False)


def test_a_second_run_is_compared_and_equal(embedded_store: Store, instance: dg.DagsterInstance) -> None:
    told_and_projected(embedded_store, a_rated_day(0))
    first, second = (refreshed(embedded_store, FIRST, instance=instance, views=SCORES) for _ in range(2))
    assert statuses(first) == ["stored"]
    assert statuses(second) == ["confirmed"]
    assert passed(second, "days_come_out_the_same")


def statuses(result: dg.ExecuteInProcessResult) -> list[str]:
    assert result.success
    events = result.asset_materializations_for_node("satisfaction_scores")
    return [str(event.metadata["status"].value) for event in events]


def test_a_day_that_comes_out_differently_fails_its_check_and_stands(
    embedded_store: Store, instance: dg.DagsterInstance
) -> None:
    told_and_projected(embedded_store, a_rated_day(0))
    refreshed(embedded_store, FIRST, instance=instance)
    told_and_projected(embedded_store, rating(0, 2, satisfied=False))
    again = refreshed(embedded_store, FIRST, instance=instance, views=SCORES)
    assert statuses(again) == ["differs"]
    assert not passed(again, "days_come_out_the_same")
    counted = reconciled(embedded_store, instance)
    assert not passed(counted, "stored_days_equal_facts")
    assert passed(counted, "ratings_equal_scores", view=RATED_MONTHS)


def test_tampered_days_fail_the_checks(embedded_store: Store, instance: dg.DagsterInstance) -> None:
    told_and_projected(embedded_store, a_rated_day(0))
    refreshed(embedded_store, FIRST, instance=instance)
    with embedded_store.connect() as connection:
        connection.execute("update rated_months_v1 set ratings = ratings + 1")
    counted = reconciled(embedded_store, instance)
    assert passed(counted, "stored_days_equal_facts")
    assert not passed(counted, "stored_days_equal_facts", view=RATED_MONTHS)
    assert not passed(counted, "ratings_equal_scores", view=RATED_MONTHS)
    (failed,) = [one for one in counted.get_asset_check_evaluations() if one.check_name.startswith("ratings")]
    assert "| 2026-03-01 | 4 |" in str(failed.metadata["differing"].value)


def test_a_day_whose_rows_are_gone_is_no_success(embedded_store: Store, instance: dg.DagsterInstance) -> None:
    told_and_projected(embedded_store, a_rated_day(0))
    refreshed(embedded_store, FIRST, instance=instance, views=SCORES)
    with embedded_store.connect() as connection:
        connection.execute(SQL("delete from {}").format(Identifier(SATISFACTION_SCORES.table)))
    with (
        open_database(embedded_store.conninfo) as database,
        pytest.raises(RowsNotThere, match="2026-03-01 was refreshed with 3 rows, and 0 are there"),
    ):
        read_back(database, SATISFACTION_SCORES, date(2026, 3, 1), told=3)
    assert not refreshed(embedded_store, FIRST, instance=instance, views=SCORES).success


def test_without_facts_a_refresh_fails_and_says_what_to_do(
    embedded_store: Store, instance: dg.DagsterInstance
) -> None:
    result = refreshed(embedded_store, FIRST, instance=instance)
    assert not result.success
    assert "run `kefu project` first" in why(result)
    attempted = {event.step_key for event in result.all_events if event.is_step_failure}
    assert attempted == {"satisfaction_scores"}


def why(result: dg.ExecuteInProcessResult) -> str:
    """What the first step that failed says."""
    failed = [event for event in result.all_events if event.is_step_failure]
    return str(failed[0].step_failure_data.error)


def test_no_day_is_stored_while_the_facts_are_behind_the_log(
    embedded_store: Store, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.dagster_location.view_asset.SECONDS_WITHOUT_A_STEP", 0.1)
    told_and_projected(embedded_store, a_rated_day(0))
    told(embedded_store, rating(0, 2, satisfied=False))
    result = refreshed(embedded_store, FIRST, instance=instance, views=SCORES)
    assert not result.success
    assert "stands at position 7, and the log ends at 8: run `kefu project`" in why(result)
    assert days_kept(embedded_store) == []


def test_every_view_is_refreshed_in_one_run(rated_store: Store, instance: dg.DagsterInstance) -> None:
    job = definitions_over(rated_store.settings, calendar=CHINA, clock=lambda: NOW)
    tags = {
        "dagster/asset_partition_range_start": str(DAYS.last),
        "dagster/asset_partition_range_end": str(DAYS.last),
    }
    result = job.resolve_job_def("refresh_views").execute_in_process(instance=instance, tags=tags)
    steps = [event.step_key for event in result.all_events if event.is_step_success]
    assert sorted(steps) == sorted(view.name for view in VIEWS)
    for view in VIEWS:
        assert DAYS.last in days_kept(rated_store, view)
        assert all(steps.index(other.name) < steps.index(view.name) for other in view.views)
