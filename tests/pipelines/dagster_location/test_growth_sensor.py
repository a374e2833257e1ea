"""The sensor asks for the days that the log has told of, once, and says why it asks for nothing."""

import dagster as dg
import pytest

from infra.stores import Store
from pipelines.dagster_location.asking import RANGE_END, RANGE_START
from pipelines.dagster_location.growth_sensor import read_cursor
from pipelines.dagster_location.store_resource import StoreResource
from tests.pipelines.dagster_location.examples import definitions_of
from tests.pipelines.dagster_location.given import a_rated_day, told, told_and_projected

# Backfills in one run are called beta; what we need of them is tested here.
pytestmark = pytest.mark.filterwarnings("ignore::dagster.BetaWarning")


class Sensor:
    """The sensor over a store, looked at again and again."""

    def __init__(self, store: Store, instance: dg.DagsterInstance) -> None:
        self.store, self.instance, self.cursor = store, instance, None

    def look(self, *, is_forgotten: bool = False) -> dg.SensorResult:
        """One tick, from where the last one stopped; what it says next is forgotten if the daemon dies."""
        repository = definitions_of(self.store).get_repository_def()
        context = dg.build_sensor_context(
            instance=self.instance,
            cursor=self.cursor,
            repository_def=repository,
            resources={"store": StoreResource(self.store.settings)},
        )
        result = repository.get_sensor_def("log_growth")(context)
        self.cursor = self.cursor if is_forgotten else result.cursor
        return result


@pytest.fixture
def sensor(embedded_store: Store, instance: dg.DagsterInstance) -> Sensor:
    return Sensor(embedded_store, instance)


def asked(result: dg.SensorResult) -> list[tuple[str, str]]:
    return [(request.tags[RANGE_START], request.tags[RANGE_END]) for request in result.run_requests or []]


def test_an_empty_log_asks_for_nothing_and_says_so(sensor: Sensor) -> None:
    result = sensor.look()
    assert asked(result) == []
    assert result.skip_reason == dg.SkipReason("nothing to refresh: the log ends at position 0")


def test_days_are_asked_for_once_when_the_log_is_silent_about_them(sensor: Sensor) -> None:
    told_and_projected(sensor.store, [*a_rated_day(0), *a_rated_day(1), *a_rated_day(3)])
    first, second, third = (sensor.look() for _ in range(3))
    assert asked(first) == []
    assert "waiting for silence" in str(first.skip_reason)
    assert asked(second) == [("2026-03-01", "2026-03-04")]
    assert asked(third) == []
    assert "nothing to refresh: the log ends at position 21" in str(third.skip_reason)
    assert read_cursor(sensor.cursor).position == 21


def test_a_day_whose_events_are_not_projected_waits(sensor: Sensor) -> None:
    told_and_projected(sensor.store, a_rated_day(0))
    told(sensor.store, a_rated_day(1))
    assert [asked(sensor.look()) for _ in range(3)] == [[], [], []]
    told_and_projected(sensor.store, [])
    assert asked(sensor.look()) == [("2026-03-01", "2026-03-02")]


def test_every_look_at_a_longer_log_observes_it(sensor: Sensor) -> None:
    told_and_projected(sensor.store, a_rated_day(0))
    (observed,) = sensor.look().asset_events
    assert observed.asset_key == dg.AssetKey("event_log")
    assert observed.tags["dagster/data_version"] == "7"
    assert observed.metadata["lag_of_the_slowest_fact"].value == 0
    assert not sensor.look().asset_events


def test_a_tick_that_is_repeated_asks_for_the_same_runs(sensor: Sensor) -> None:
    told_and_projected(sensor.store, [*a_rated_day(0), *a_rated_day(1)])
    sensor.look()
    first, again = (sensor.look(is_forgotten=True).run_requests for _ in range(2))
    assert first
    assert [one.run_key for one in first] == [one.run_key for one in again or ()]


def test_one_run_refreshes_all_views_that_were_touched_with_the_checks_of_their_days(sensor: Sensor) -> None:
    told_and_projected(sensor.store, a_rated_day(0))
    sensor.look()
    (request,) = sensor.look().run_requests or ()
    assert [key.to_user_string() for key in request.asset_selection or ()] == [
        "rated_months",
        "satisfaction_scores",
    ]
    assert {key.asset_key for key in request.asset_check_keys or ()} == set(request.asset_selection or ())
    assert "stored_days_equal_facts" not in {key.name for key in request.asset_check_keys or ()}


def test_a_history_longer_than_a_month_is_left_to_a_backfill_and_that_is_said(sensor: Sensor) -> None:
    told_and_projected(sensor.store, [*a_rated_day(0), *a_rated_day(40)])
    sensor.look()
    result = sensor.look()
    assert asked(result) == [("2026-04-10", "2026-04-10")]
    (observed,) = result.asset_events
    assert observed.metadata["left_to_a_backfill"].value == "2026-03-01"
    assert "nothing to refresh" in str(sensor.look().skip_reason)
