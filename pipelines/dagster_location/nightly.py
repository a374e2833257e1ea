"""What runs every night in the organisation's zone: yesterday's views, then every reconciliation."""

from collections.abc import Sequence

import dagster as dg

from pipelines.dagster_location.days import Calendar

REFRESHED_MINUTES_PAST_MIDNIGHT = 15
RECONCILED_AT = "30 0 * * *"


def nightly(
    asset: dg.AssetsDefinition, *, checks: Sequence[dg.AssetChecksDefinition], calendar: Calendar
) -> dg.Definitions:
    """The jobs that refresh a view and reconcile, and their schedules: running unless somebody stops them."""
    refresh = dg.define_asset_job(f"refresh_{asset.key.path[-1]}", selection=dg.AssetSelection.assets(asset))
    reconcile = dg.define_asset_job("reconcile", selection=dg.AssetSelection.checks(*checks))
    yesterday = dg.build_schedule_from_partitioned_job(
        refresh,
        name=f"nightly_{refresh.name}",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        hour_of_day=0,
        minute_of_hour=REFRESHED_MINUTES_PAST_MIDNIGHT,
    )
    reconciliation = dg.ScheduleDefinition(
        name="nightly_reconcile",
        job=reconcile,
        cron_schedule=RECONCILED_AT,
        execution_timezone=calendar.zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    return dg.Definitions(jobs=[refresh, reconcile], schedules=[yesterday, reconciliation])
