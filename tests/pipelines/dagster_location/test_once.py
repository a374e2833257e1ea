"""Two runs at once, killed runs, nights slept through, facts that come late: the same rows, once."""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from tempfile import TemporaryDirectory

import dagster as dg
import pytest

from infra.stores import Store
from pipelines.dagster_location.asking import REFRESH
from pipelines.dagster_location.days import DayRange
from pipelines.dagster_location.nightly import NIGHTLY
from pipelines.dagster_location.store_resource import StoreResource
from projections.storage.database import open_database
from projections.storage.view_tables import stored_days
from projections.views.satisfaction_scores import SATISFACTION_SCORES
from projections.views.view import View
from tests.pipelines.dagster_location.examples import (
    DAYS,
    RATED_MONTHS,
    THREE_VIEWS,
    assert_each_day_is_there_once,
    days_kept,
    definitions_of,
    passed,
    refreshed,
    run,
)
from tests.pipelines.dagster_location.given import a_rated_day, rating, told_and_projected

# Backfills in one run are called beta; what we need of them is tested here.
pytestmark = pytest.mark.filterwarnings("ignore::dagster.BetaWarning")

SOME_DAYS = DayRange(DAYS.first, DAYS.first + timedelta(days=3))
PATIENCE = 300.0
"""Seconds after which a run that stores nothing is a failure."""


@pytest.fixture
def told_store(embedded_store: Store) -> Store:
    """Four rated days, none of them stored."""
    told_and_projected(embedded_store, [event for day in range(4) for event in a_rated_day(day)])
    return embedded_store


@pytest.fixture(scope="module")
def kept_instance() -> Iterator[dg.DagsterInstance]:
    """Schedules look for runs in files: those of an ephemeral instance are in nobody else's sight."""
    with TemporaryDirectory() as folder, dg.DagsterInstance.local_temp(folder) as instance:
        yield instance


def test_two_runs_of_the_same_days_at_once_store_each_day_once(told_store: Store) -> None:
    days = DayRange(SOME_DAYS.first, SOME_DAYS.first + timedelta(days=1))

    def one_run() -> dg.ExecuteInProcessResult:
        with dg.DagsterInstance.ephemeral() as instance:
            return refreshed(told_store, days, instance=instance, views=THREE_VIEWS)

    with ThreadPoolExecutor(2) as both:
        first, second = (running.result() for running in [both.submit(one_run) for _ in range(2)])
    for result in (first, second):
        assert result.success
        assert passed(result, "days_come_out_the_same")
    assert_each_day_is_there_once(told_store, days, views=THREE_VIEWS)
    assert told_of(told_store, SATISFACTION_SCORES) == told_of_in_order(first, second)


def told_of(store: Store, view: View) -> dict[date, int]:
    """How often a run said that it had stored a day: once."""
    return dict.fromkeys(days_kept(store, view), 1)


def told_of_in_order(*results: dg.ExecuteInProcessResult) -> dict[date, int]:
    """How often the runs said, of each day, that they had stored it."""
    said: dict[date, int] = {}
    for result in results:
        for event in result.asset_materializations_for_node("satisfaction_scores"):
            day = date.fromisoformat(str(event.partition))
            said[day] = said.get(day, 0) + (event.metadata["status"].value == "stored")
    return said


def test_a_run_that_is_killed_again_and_again_leaves_whole_days_and_the_next_does_the_rest(
    told_store: Store, instance: dg.DagsterInstance
) -> None:
    killed_when(told_store, SATISFACTION_SCORES, days=1)
    assert 1 <= len(days_kept(told_store)) < 4
    assert days_kept(told_store, RATED_MONTHS) == []
    killed_when(told_store, RATED_MONTHS, days=1)
    assert days_kept(told_store) == list(SOME_DAYS)
    assert 1 <= len(days_kept(told_store, RATED_MONTHS)) < 4
    assert refreshed(told_store, SOME_DAYS, instance=instance, views=THREE_VIEWS).success
    assert_each_day_is_there_once(told_store, SOME_DAYS, views=THREE_VIEWS)


def killed_when(store: Store, view: View, *, days: int) -> None:
    """Start a run, and end it by SIGKILL as soon as so many days of a view are stored: in the next one."""
    process = begun(store)
    deadline = time.monotonic() + PATIENCE
    try:
        with open_database(store.conninfo) as database:
            while stored_days(database, view).height < days:
                assert process.poll() is None, "the run ended before it was killed"
                assert time.monotonic() < deadline
                time.sleep(0.02)
    finally:
        process.kill()
        process.wait()


def begun(store: Store) -> subprocess.Popen[bytes]:
    """A run of the days in a process of its own."""
    named = (str(store.settings.home), store.settings.store, str(SOME_DAYS.first), str(SOME_DAYS.last))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.pipelines.dagster_location.refresh_and_die", *named],
        stderr=subprocess.DEVNULL,
    )


def night(store: Store, instance: dg.DagsterInstance, *, after: date) -> dg.RunRequest | dg.SkipReason:
    """What the nightly schedule asks for a quarter past the midnight that ends a day in China."""
    now = datetime(after.year, after.month, after.day, 16, 15, tzinfo=UTC)
    repository = definitions_of(store, now=now, views=THREE_VIEWS).get_repository_def()
    context = dg.build_schedule_context(
        instance=instance,
        scheduled_execution_time=now,
        repository_def=repository,
        resources={"store": StoreResource(store.settings)},
    )
    asked = repository.get_schedule_def(NIGHTLY).evaluate_tick(context)
    if asked.skip_message:
        return dg.SkipReason(asked.skip_message)
    (request,) = asked.run_requests or ()
    return request


def test_nights_that_were_slept_through_are_made_up_for_in_one_run(
    told_store: Store, kept_instance: dg.DagsterInstance
) -> None:
    refreshed(
        told_store, DayRange(SOME_DAYS.first, SOME_DAYS.first), instance=kept_instance, views=THREE_VIEWS
    )
    request = night(told_store, kept_instance, after=SOME_DAYS.last)
    assert isinstance(request, dg.RunRequest)
    assert run(told_store, request, instance=kept_instance, views=THREE_VIEWS).success
    assert_each_day_is_there_once(told_store, SOME_DAYS, views=THREE_VIEWS)
    assert night(told_store, kept_instance, after=SOME_DAYS.last) == dg.SkipReason(
        f"every view is stored up to {SOME_DAYS.last}"
    )


def test_a_night_does_not_ask_while_what_it_asked_for_is_under_way(
    told_store: Store, kept_instance: dg.DagsterInstance
) -> None:
    job = definitions_of(told_store).resolve_job_def(REFRESH)
    asked_before = kept_instance.create_run_for_job(
        job, status=dg.DagsterRunStatus.STARTED, tags={"dagster/schedule_name": NIGHTLY}
    )
    assert isinstance(night(told_store, kept_instance, after=SOME_DAYS.last), dg.SkipReason)
    kept_instance.report_run_failed(asked_before)
    assert isinstance(night(told_store, kept_instance, after=SOME_DAYS.last), dg.RunRequest)


def test_what_is_recorded_late_changes_no_stored_day_and_is_in_the_day_of_its_recording(
    told_store: Store, instance: dg.DagsterInstance
) -> None:
    before = DayRange(SOME_DAYS.first, SOME_DAYS.last - timedelta(days=1))
    refreshed(told_store, before, instance=instance, views=THREE_VIEWS)
    late = rating(0, 2, satisfied=False, recorded_days_later=3)
    told_and_projected(told_store, late)
    again = refreshed(told_store, SOME_DAYS, instance=instance, views=THREE_VIEWS)
    assert all(passed(again, "days_come_out_the_same", view=view) for view in THREE_VIEWS)
    assert_each_day_is_there_once(told_store, SOME_DAYS, views=THREE_VIEWS)
    assert told_of_in_order(again) == {day: int(day == SOME_DAYS.last) for day in SOME_DAYS}
