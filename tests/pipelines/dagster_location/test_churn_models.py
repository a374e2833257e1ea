"""Training and watching churn models is shown in Dagster, and what was not learnt is not reported as made."""

from collections.abc import Iterator

import dagster as dg
import pytest

from infra.stores import Store
from pipelines.dagster_location.churn_models import IN_FORCE, PARTS, churn_models
from pipelines.dagster_location.days import Calendar
from pipelines.dagster_location.store_resource import StoreResource
from projections.runner.operate import project
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.given import NOW, desk
from tests.pipelines.test_churn_command import CUTOFF, MAPPING, rows


@pytest.fixture(scope="module")
def store(embedded_server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    for opened in fresh_store(embedded_server):
        folder = tmp_path_factory.mktemp("shop")
        desk(folder, rows(), mapping=MAPPING, name="customers.csv").ingest(opened)
        project(opened.conninfo)
        yield opened


def run(store: Store, **asked: object) -> dg.ExecuteInProcessResult:
    definitions = dg.Definitions.merge(
        churn_models(calendar=Calendar(zone="Asia/Shanghai", first_day=None), clock=lambda: NOW),
        dg.Definitions(resources={"store": StoreResource(store.settings)}),
    )
    config = {"ops": {"train_churn_models": {"config": asked}}}
    return definitions.resolve_job_def("look_after_churn_models").execute_in_process(run_config=config)


def made(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, object]]:
    events = result.get_asset_materialization_events()
    return {
        event.materialization.asset_key.to_user_string(): {
            name: value.value for name, value in event.materialization.metadata.items()
        }
        for event in events
    }


def test_what_training_comes_to_is_shown_with_its_plots(store: Store) -> None:
    shown = made(run(store, cutoffs=[CUTOFF], horizon_days=60))
    assert set(shown) == {*PARTS, IN_FORCE}
    assert "scorecard: points" in shown["churn_training"]
    assert str(shown["churn_calibration"]["scorecard: reliability"]).startswith("![plot](data:image/svg+xml")
    assert str(shown["churn_training"]["table"]).startswith("| model | cutoffs |")
    assert shown["churn_drift"]["history_declared"] is True
    assert "rule_score" in str(shown[IN_FORCE]["table"])


def test_what_was_not_learnt_is_not_reported_as_made(store: Store) -> None:
    result = run(store, cutoffs=["2024-10-19"])
    assert result.success
    assert set(made(result)) == {IN_FORCE}


def test_scores_that_have_not_drifted_pass(store: Store) -> None:
    (check,) = run(store, cutoffs=["2024-10-19"]).get_asset_check_evaluations()
    assert (check.check_name, check.passed) == ("scores_have_not_drifted", True)


def test_the_schedule_is_weekly_in_the_organisation_s_zone() -> None:
    location = churn_models(calendar=Calendar(zone="Europe/Berlin", first_day=None), clock=lambda: NOW)
    (schedule,) = location.schedules or ()
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 3 * * 1", "Europe/Berlin")
