"""The scheduled job tells what fell due, and shows what it told."""

from datetime import timedelta

import dagster as dg

from infra.stores import Store
from pipelines.dagster_location.due_job import due_job
from pipelines.dagster_location.store_resource import StoreResource
from tests.examples import NOW
from tests.pipelines.test_due import moments, promised_and_scheduled


def run(store: Store) -> dg.ExecuteInProcessResult:
    definitions = dg.Definitions.merge(
        due_job(clock=lambda: NOW), dg.Definitions(resources={"store": StoreResource(store.settings)})
    )
    return definitions.get_job_def("settle_what_fell_due").execute_in_process()


def test_what_fell_due_is_told_and_shown(embedded_store: Store) -> None:
    promised_and_scheduled(embedded_store)
    before = moments(embedded_store)
    (shown,) = [
        event.step_output_data.metadata
        for event in run(embedded_store).all_events
        if event.is_successful_output
    ]
    assert {name: value.value for name, value in shown.items()} == {
        "streams asked": 2,
        "refused": 0,
        "callback.expired": 1,
        "complaint.escalated": 1,
    }
    told = [moment for moment in moments(embedded_store) if moment not in before]
    assert all(moment < NOW - timedelta(days=10) for _, moment in told)
    assert len(told) == 2
