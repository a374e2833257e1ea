"""Partitions of the view: stored once, compared when made again, never rewritten, and read back."""

from collections.abc import Callable
from datetime import date

import dagster as dg
import pytest

from infra.stores import Store
from pipelines.dagster_location.days import read_calendar
from pipelines.dagster_location.definitions import definitions_over
from pipelines.dagster_location.instance_home import remembered_calendar
from pipelines.dagster_location.refreshing import RowsNotThere, read_back
from pipelines.dagster_location.view_asset import NEVER_REWRITTEN
from projections.storage.database import open_database
from projections.storage.views import stored_days
from projections.views.satisfaction_scores import SATISFACTION_SCORES
from tests.pipelines.dagster_location.given import NOW, a_rated_day, rating, told_and_projected

# Backfills in one run are called beta; what we need of them is tested here.
pytestmark = pytest.mark.filterwarnings("ignore::dagster.BetaWarning")

KEY = dg.AssetKey("satisfaction_scores")
FIRST, LAST = "2026-03-01", "2026-03-30"
Refresh = Callable[[Store, str, str], dg.ExecuteInProcessResult]


@pytest.fixture
def refresh(instance: dg.DagsterInstance) -> Refresh:
    """Refreshes the days from the first to the last in one run, as a backfill does."""

    def run(store: Store, first: str, last: str) -> dg.ExecuteInProcessResult:
        tags = {
            "dagster/asset_partition_range_start": first,
            "dagster/asset_partition_range_end": last,
        }
        job = definitions_of(store).resolve_job_def("refresh_satisfaction_scores")
        return job.execute_in_process(instance=instance, tags=tags, raise_on_error=False)

    return run


def definitions_of(store: Store) -> dg.Definitions:
    calendar = read_calendar(store.settings, remembered=remembered_calendar(store.settings))
    return definitions_over(store.settings, calendar=calendar, clock=lambda: NOW)


def passed(result: dg.ExecuteInProcessResult, check: str) -> bool:
    """Whether the check of that name passed in a run."""
    (found,) = [one for one in result.get_asset_check_evaluations() if one.check_name == check]
    return found.passed


def days_stored(store: Store) -> list[date]:
    with open_database(store.conninfo) as database:
        found: list[date] = stored_days(database, SATISFACTION_SCORES)["day"].to_list()
    return found


def test_thirty_days_are_filled_back_in_one_run(
    rated_store: Store, refresh: Refresh, instance: dg.DagsterInstance
) -> None:
    result = refresh(rated_store, FIRST, LAST)
    assert result.success
    assert days_stored(rated_store) == [date(2026, 3, day) for day in range(1, 31)]
    assert len(instance.get_materialized_partitions(KEY)) == 30
    steps = [event.step_key for event in result.all_events if event.is_step_success]
    assert steps == ["satisfaction_scores", "satisfaction_scores_stored_days_equal_facts"]
    shown = instance.get_latest_materialization_event(KEY)
    assert shown is not None
    assert shown.asset_materialization is not None
    metadata = shown.asset_materialization.metadata
    assert metadata["days"].value == 30
    assert metadata["lag"].value == 0
    assert metadata["dagster/partition_row_count"].value == metadata["dagster/row_count"].value > 0
    assert "data:image/svg+xml" in str(metadata["satisfied_share_month_to_date"].value)
    assert passed(result, NEVER_REWRITTEN)
    assert passed(result, "stored_days_equal_facts")


def test_a_second_run_is_compared_and_equal(embedded_store: Store, refresh: Refresh) -> None:
    told_and_projected(embedded_store, a_rated_day(0))
    first, second = (refresh(embedded_store, FIRST, FIRST) for _ in range(2))
    assert first.success
    assert second.success
    assert statuses(first) == ["stored"]
    assert statuses(second) == ["confirmed"]
    assert passed(second, NEVER_REWRITTEN)


def statuses(result: dg.ExecuteInProcessResult) -> list[str]:
    events = result.asset_materializations_for_node("satisfaction_scores")
    return [str(event.metadata["status"].value) for event in events]


def test_a_day_that_comes_out_differently_fails_its_check_and_stands(
    embedded_store: Store, refresh: Refresh
) -> None:
    told_and_projected(embedded_store, a_rated_day(0))
    refresh(embedded_store, FIRST, FIRST)
    told_and_projected(embedded_store, rating(0, 2, satisfied=False))
    again = refresh(embedded_store, FIRST, FIRST)
    assert again.success
    assert statuses(again) == ["differs"]
    assert not passed(again, NEVER_REWRITTEN)
    assert not passed(again, "stored_days_equal_facts")


def test_a_tampered_day_fails_the_check(embedded_store: Store, refresh: Refresh) -> None:
    told_and_projected(embedded_store, a_rated_day(0))
    refresh(embedded_store, FIRST, FIRST)
    with embedded_store.connect() as connection:
        connection.execute("update satisfaction_scores_v2 set satisfied = satisfied + 1")
    again = refresh(embedded_store, FIRST, FIRST)
    assert not passed(again, "stored_days_equal_facts")


def test_a_day_whose_rows_are_gone_is_no_success(embedded_store: Store, refresh: Refresh) -> None:
    told_and_projected(embedded_store, a_rated_day(0))
    refresh(embedded_store, FIRST, FIRST)
    with embedded_store.connect() as connection:
        connection.execute("delete from satisfaction_scores_v2")
    with (
        open_database(embedded_store.conninfo) as database,
        pytest.raises(RowsNotThere, match="2026-03-01 was refreshed with 3 rows, and 0 are there"),
    ):
        read_back(database, SATISFACTION_SCORES, date(2026, 3, 1), told=3)
    assert not refresh(embedded_store, FIRST, FIRST).success


def test_without_facts_a_refresh_fails_and_says_what_to_do(embedded_store: Store, refresh: Refresh) -> None:
    result = refresh(embedded_store, "2026-01-01", "2026-01-01")
    assert not result.success
    failed = [event for event in result.all_events if event.is_step_failure]
    assert "run `kefu project` first" in str(failed[0].step_failure_data.error)
