"""The code location loads wherever it is asked to, and holds what Dagster is to see."""

import subprocess
import sys

import dagster as dg
import pytest

from pipelines.dagster_location.churn_models import IN_FORCE, PARTS
from pipelines.dagster_location.day_checks import day_check_names
from pipelines.dagster_location.definitions import defs
from projections.facts import SPECS
from projections.views import VIEWS

pytestmark = pytest.mark.filterwarnings("ignore::dagster.BetaWarning")


@pytest.fixture
def nothing_runs(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A home in which no server has ever run."""
    monkeypatch.setenv("KEFU_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.mark.usefixtures("nothing_runs")
def test_the_location_loads_without_a_database() -> None:
    repository = defs().get_repository_def()
    made = {view.name for view in VIEWS} | {*PARTS, IN_FORCE}
    assert {key.to_user_string() for key in repository.asset_graph.get_all_asset_keys()} == (
        {"event_log"} | {f"facts/{fact}" for fact in SPECS} | made
    )
    assert [sensor.name for sensor in repository.sensor_defs] == ["dropped_files", "log_growth"]
    assert sorted(schedule.name for schedule in repository.schedule_defs) == [
        "every_ten_minutes_settle_what_fell_due",
        "nightly_reconcile",
        "nightly_refresh_views",
        "weekly_look_after_churn_models",
    ]


@pytest.mark.usefixtures("nothing_runs")
def test_the_nights_are_the_organisations() -> None:
    repository = defs().get_repository_def()
    nights = {
        one.name: (one.cron_schedule, one.execution_timezone)
        for one in repository.schedule_defs
        if one.name.startswith("nightly_")
    }
    assert nights == {
        "nightly_reconcile": ("45 0 * * *", "Asia/Shanghai"),
        "nightly_refresh_views": ("15 0-5 * * *", "Asia/Shanghai"),
    }


@pytest.mark.usefixtures("nothing_runs")
def test_every_view_hangs_below_the_facts_and_views_that_it_reads() -> None:
    graph = defs().get_repository_def().asset_graph
    for view in VIEWS:
        above = {key.to_user_string() for key in graph.get(dg.AssetKey(view.name)).parent_keys}
        assert above == {f"facts/{fact}" for fact in view.facts} | {other.name for other in view.views}
        checks = {key.name for key in graph.get_check_keys_for_assets({dg.AssetKey(view.name)})}
        assert checks == {
            *(*day_check_names(view), "stored_days_equal_facts"),
            *(one.name for one in view.reconciliations),
        }


@pytest.mark.usefixtures("nothing_runs")
def test_a_refresh_answers_the_checks_whose_rows_are_in_hand_and_the_night_counts_again() -> None:
    repository = defs().get_repository_def()
    refresh = repository.get_job("refresh_views").asset_layer.asset_graph
    again = repository.get_job("reconcile").asset_layer.asset_graph
    expected = {
        dg.AssetCheckKey(dg.AssetKey(view.name), name) for view in VIEWS for name in day_check_names(view)
    }
    assert set(refresh.asset_check_keys) == expected
    assert not set(again.asset_check_keys) & expected
    assert {key.name for key in again.asset_check_keys} >= {"sums_equal_facts", "stored_days_equal_facts"}


def test_statistics_and_plots_are_imported_only_where_they_are_used() -> None:
    program = (
        "import sys; import pipelines.dagster_location.definitions;"
        "print([name for name in ('sklearn', 'scipy', 'matplotlib') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert told.stdout.strip() == "[]"
