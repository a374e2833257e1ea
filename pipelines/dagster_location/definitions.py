"""The code location: every asset, check, sensor and schedule that Dagster gets to see."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

import dagster as dg

from infra.settings import Settings, read_settings
from pipelines.dagster_location.days import Calendar, read_calendar
from pipelines.dagster_location.due_job import due_job
from pipelines.dagster_location.growth_sensor import growth_sensor
from pipelines.dagster_location.inbox_sensor import inbox_sensor
from pipelines.dagster_location.instance_home import remembered_calendar
from pipelines.dagster_location.log_and_facts import log_and_facts
from pipelines.dagster_location.nightly import nightly
from pipelines.dagster_location.store_resource import StoreResource
from pipelines.dagster_location.sums_checks import SUMS_CHECKS
from pipelines.dagster_location.view_asset import facts_check, view_asset
from projections.views.satisfaction_scores import SATISFACTION_SCORES


@dg.definitions
def defs() -> dg.Definitions:
    """The location over the store that the environment names; its server need not run."""
    settings = read_settings(os.environ)
    calendar = read_calendar(settings, remembered=remembered_calendar(settings))
    return definitions_over(settings, calendar=calendar, clock=lambda: datetime.now(UTC))


def definitions_over(
    settings: Settings, *, calendar: Calendar, clock: Callable[[], datetime]
) -> dg.Definitions:
    """The location over a store; `calendar` says which partitions there are."""
    view = SATISFACTION_SCORES
    scores = view_asset(view, calendar=calendar, clock=clock)
    checks = [*SUMS_CHECKS, facts_check(view, clock=clock)]
    seen = dg.Definitions(
        assets=[log_and_facts, scores],
        asset_checks=checks,
        sensors=[growth_sensor(scores, view=view, calendar=calendar, clock=clock)],
        resources={"store": StoreResource(settings)},
        # Each run is one query after another: a process per step would only start Python again.
        executor=dg.in_process_executor,
    )
    by_night = nightly(scores, checks=checks, calendar=calendar)
    return dg.Definitions.merge(seen, by_night, due_job(clock=clock), inbox_sensor(clock=clock))
