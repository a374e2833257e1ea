"""The sensor asks once for every whole file; its run takes it, shows the account, and fails with it."""

from datetime import timedelta
from typing import Any

import dagster as dg
import pytest

from infra.stores import Store
from pipelines.dagster_location.inbox_sensor import inbox_sensor
from pipelines.dagster_location.store_resource import StoreResource
from pipelines.inbox.folders import RECEIPT
from pipelines.inbox.one_taker import one_taker
from tests.pipelines.inbox.given import Drop, aged, drop_into, now

# Sensors over jobs that get resources are rebuilt by Dagster itself with a parameter that it calls beta.
pytestmark = pytest.mark.filterwarnings("ignore::dagster.BetaWarning")

LATER = timedelta(seconds=11)


class Sensor:
    """The sensor and its job over the inbox of a store."""

    def __init__(self, store: Store) -> None:
        resource = StoreResource(store.settings)
        self.resources = {"store": resource}
        self.definitions = dg.Definitions.merge(
            inbox_sensor(clock=lambda: now() + LATER), dg.Definitions(resources=self.resources)
        )
        self.drop: Drop = drop_into(store.settings)

    def look(self) -> list[Any]:
        """One tick: requests and reasons."""
        repository = self.definitions.get_repository_def()
        context = dg.build_sensor_context(repository_def=repository, resources=self.resources)
        found: Any = repository.get_sensor_def("dropped_files")(context)
        return list(found)

    def run(self, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
        job = self.definitions.get_job_def("take_file")
        return job.execute_in_process(run_config=request.run_config, raise_on_error=False)


@pytest.fixture
def sensor(embedded_store: Store) -> Sensor:
    return Sensor(embedded_store)


def shown(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    (metadata,) = [
        event.step_output_data.metadata for event in result.all_events if event.is_successful_output
    ]
    return {name: value.value for name, value in metadata.items()}


def test_an_empty_inbox_says_so(sensor: Sensor) -> None:
    (reason,) = sensor.look()
    assert reason == dg.SkipReason(f"nothing is in {sensor.drop.inbox.root}")


def test_every_whole_file_is_asked_for_by_what_it_is(sensor: Sensor) -> None:
    second, first = sensor.drop.put("b.csv"), sensor.drop.put("a.csv")
    sensor.drop.put("c.csv.part")
    requests = sensor.look()
    assert [request.tags["kefu/file"] for request in requests] == ["a.csv", "b.csv"]
    assert [request.run_key for request in sensor.look()] == [request.run_key for request in requests]
    size, modified = first.stat().st_size, first.stat().st_mtime_ns
    assert requests[0].run_key.startswith(f"{first} {size} {modified} ")
    moved = second.rename(second.with_name("moved"))
    moved.rename(second)
    assert sensor.look()[1].run_key != requests[1].run_key


def test_a_run_takes_its_file_and_shows_the_account(sensor: Sensor) -> None:
    sensor.drop.put("a.csv")
    (request,) = sensor.look()
    result = sensor.run(request)
    assert result.success
    counts = {name: value for name, value in shown(result).items() if isinstance(value, int)}
    assert counts == {
        "records": 3,
        "appended": 2,
        "known": 0,
        "corrected": 0,
        "refused": 0,
        "rejected": 1,
        "events": 3,
    }
    assert sensor.drop.names() == ["done/a.csv", f"done/a.csv{RECEIPT}"]
    assert shown(sensor.run(request)) == {
        "taken": f"{sensor.drop.folder / 'a.csv'} was taken already, or may not be moved"
    }


def test_a_failed_file_fails_the_run_and_is_not_asked_for_again(sensor: Sensor) -> None:
    sensor.drop.put("a.csv", "id\n1\n")
    (request,) = sensor.look()
    result = sensor.run(request)
    assert not result.success
    (failure,) = [
        event.step_failure_data.user_failure_data
        for event in result.all_events
        if event.is_failure and event.is_step_event
    ]
    assert failure.description.startswith(f"{sensor.drop.folder / 'a.csv'}: has no column")
    assert isinstance(sensor.look()[0], dg.SkipReason)


def test_what_somebody_takes_is_theirs_and_what_nobody_does_is_taken_up(sensor: Sensor) -> None:
    path = sensor.drop.put("a.csv")
    sensor.look()
    path.rename(sensor.drop.folder / "taking" / "a.csv")
    with one_taker(sensor.drop.inbox.root):
        assert isinstance(sensor.look()[0], dg.SkipReason)
    (request,) = sensor.look()
    assert request.run_config["ops"]["take_dropped_file"]["config"]["path"] == str(path)
    assert sensor.run(request).success


def test_a_look_deletes_what_was_kept_long_enough(sensor: Sensor) -> None:
    sensor.drop.put("a.csv")
    sensor.run(sensor.look()[0])
    aged(sensor.drop.folder / "done" / f"a.csv{RECEIPT}", days=31)
    sensor.look()
    assert sensor.drop.names() == []
