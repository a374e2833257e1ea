"""The sensor asks for the days that the log has told of, once, and says why it asks for nothing."""

import dagster as dg
import pytest

from infra.stores import Store
from pipelines.dagster_location.growth_sensor import RANGE_END, RANGE_START, read_cursor
from pipelines.dagster_location.store_resource import StoreResource
from tests.pipelines.dagster_location.given import a_rated_day, told, told_and_projected
from tests.pipelines.dagster_location.test_view_asset import definitions_of

# Backfills in one run are called beta; what we need of them is tested here.
pytestmark = pytest.mark.filterwarnings("ignore::dagster.BetaWarning")


class Sensor:
    """The sensor over a store, looked at again and again."""

    def __init__(self, store: Store, instance: dg.DagsterInstance) -> None:
        self.store, self.instance, self.cursor = store, instance, None

    def look(self) -> dg.SensorResult:
        """One tick, from where the last one stopped."""
        repository = definitions_of(self.store).get_repository_def()
        context = dg.build_sensor_context(
            instance=self.instance,
            cursor=self.cursor,
            repository_def=repository,
            resources={"store": StoreResource(self.store.settings)},
        )
        result = repository.get_sensor_def("log_growth")(context)
        self.cursor = result.cursor
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
