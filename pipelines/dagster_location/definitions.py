"""The code location: every asset, check, sensor and schedule that Dagster gets to see."""

import os

import dagster as dg

from infra.settings import Settings, read_settings
from pipelines.dagster_location.days import Calendar, read_calendar
from pipelines.dagster_location.instance_home import remembered_calendar
from pipelines.dagster_location.log_and_facts import event_log, observed_facts
from pipelines.dagster_location.store_resource import StoreResource
from pipelines.dagster_location.sums_checks import SUMS_CHECKS


@dg.definitions
def defs() -> dg.Definitions:
    """The location over the store that the environment names; its server need not run."""
    settings = read_settings(os.environ)
    return definitions_over(
        settings, calendar=read_calendar(settings, remembered=remembered_calendar(settings))
    )


def definitions_over(settings: Settings, *, calendar: Calendar) -> dg.Definitions:
    """The location over a store; `calendar` says which partitions there are."""
    return dg.Definitions(
        assets=[event_log, observed_facts],
        asset_checks=SUMS_CHECKS,
        resources={"store": StoreResource(settings)},
        # Each run is one query after another: a process per step would only start Python again.
        executor=dg.in_process_executor,
    )
