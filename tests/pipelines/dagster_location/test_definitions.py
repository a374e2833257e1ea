"""The code location loads wherever it is asked to, and holds what Dagster is to see."""

import pytest

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
    views = {view.name for view in VIEWS}
    assert {key.to_user_string() for key in repository.asset_graph.get_all_asset_keys()} == (
        {"event_log"} | {f"facts/{fact}" for fact in SPECS} | views
    )
    assert [sensor.name for sensor in repository.sensor_defs] == ["dropped_files", "log_growth"]
    assert sorted(schedule.name for schedule in repository.schedule_defs) == [
        "every_ten_minutes_settle_what_fell_due",
        "nightly_reconcile",
        "nightly_refresh_satisfaction_scores",
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
        "nightly_reconcile": ("30 0 * * *", "Asia/Shanghai"),
        "nightly_refresh_satisfaction_scores": ("15 0 * * *", "Asia/Shanghai"),
    }
