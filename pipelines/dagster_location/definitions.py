"""The code location: every asset, check, sensor and schedule that Dagster gets to see."""

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import dagster as dg

from infra.settings import Settings, read_settings
from pipelines.dagster_location.asking import RECONCILE, REFRESH
from pipelines.dagster_location.churn_models import churn_models
from pipelines.dagster_location.days import Calendar, read_calendar
from pipelines.dagster_location.due_job import due_job
from pipelines.dagster_location.fact_checks import checks_against_facts
from pipelines.dagster_location.growth_sensor import growth_sensor
from pipelines.dagster_location.inbox_sensor import inbox_sensor
from pipelines.dagster_location.instance_home import remembered_calendar
from pipelines.dagster_location.log_and_facts import log_and_facts
from pipelines.dagster_location.nightly import nightly_reconcile, nightly_refresh
from pipelines.dagster_location.store_resource import StoreResource
from pipelines.dagster_location.sums_checks import SUMS_CHECKS
from pipelines.dagster_location.view_asset import view_asset
from projections.views import VIEWS
from projections.views.view import View


@dg.definitions
def defs() -> dg.Definitions:
    """The location over the store that the environment names; its server need not run."""
    settings = read_settings(os.environ)
    calendar = read_calendar(settings, remembered=remembered_calendar(settings))
    return definitions_over(settings, calendar=calendar, clock=lambda: datetime.now(UTC))


def definitions_over(
    settings: Settings,
    *,
    calendar: Calendar,
    clock: Callable[[], datetime],
    views: Sequence[View] = VIEWS,
) -> dg.Definitions:
    """The location over a store; `calendar` says which partitions there are."""
    assets = [view_asset(view, calendar=calendar, clock=clock) for view in views]
    checks = [*SUMS_CHECKS, *(checks_against_facts(view, clock=clock) for view in views)]
    refresh = dg.define_asset_job(
        REFRESH,
        selection=dg.AssetSelection.assets(*assets) - dg.AssetSelection.checks(*checks),
        description="Days of views, in the order in which they read each other.",
    )
    reconcile = dg.define_asset_job(RECONCILE, selection=dg.AssetSelection.checks(*checks))
    seen = dg.Definitions(
        assets=[log_and_facts, *assets],
        asset_checks=checks,
        jobs=[refresh, reconcile],
        sensors=[growth_sensor(views=views, calendar=calendar, clock=clock)],
        schedules=[
            nightly_refresh(views=views, calendar=calendar, clock=clock),
            nightly_reconcile(calendar=calendar),
        ],
        resources={"store": StoreResource(settings)},
        # Each run is one query after another: a process per step would only start Python again.
        executor=dg.in_process_executor,
    )
    return dg.Definitions.merge(
        seen,
        churn_models(calendar=calendar, clock=clock),
        due_job(clock=clock),
        inbox_sensor(clock=clock),
    )
