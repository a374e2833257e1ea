"""What runs every night in the organisation's zone: the views' missing days, then every reconciliation."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta

import dagster as dg

from pipelines.dagster_location.asking import RECONCILE, REFRESH, Asked, asked_together, run_request
from pipelines.dagster_location.days import Calendar, DayRange
from pipelines.dagster_location.growth import MONTH, Days
from pipelines.dagster_location.growth_sensor import days_stored
from pipelines.dagster_location.store_resource import StoreResource
from projections.views.view import View

REFRESHED_AT = "15 0-5 * * *"
"""Every hour of the night, for what is still missing: a night's first look asks for it all, as a rule."""
RECONCILED_AT = "45 0 * * *"
NIGHTLY = "nightly_refresh_views"
UNDER_WAY = (
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
)
ONE_DAY = timedelta(days=1)


def nightly_refresh(
    *, views: Sequence[View], calendar: Calendar, clock: Callable[[], datetime]
) -> dg.ScheduleDefinition:
    """The schedule that stores yesterday, and whatever day of the last month was missed."""

    @dg.schedule(
        name=NIGHTLY,
        job_name=REFRESH,
        cron_schedule=REFRESHED_AT,
        execution_timezone=calendar.zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Stores yesterday of every view, and the days of the last month that were missed.",
    )
    def refresh_what_is_missing(
        context: dg.ScheduleEvaluationContext, store: dg.ResourceParam[StoreResource]
    ) -> Sequence[dg.RunRequest] | dg.SkipReason:
        if is_under_way(context.instance):
            return dg.SkipReason("the refresh that was asked for before is still under way")
        with store.opened() as opened:
            stored = days_stored(opened.conninfo, views)
        now = clock()
        asked = asked_for(stored, calendar=calendar, now=now)
        if not asked:
            return dg.SkipReason(f"every view is stored up to {calendar.today(now) - ONE_DAY}")
        return [run_request(one, views, at=now.isoformat(timespec="seconds")) for one in asked]

    return refresh_what_is_missing


def is_under_way(instance: dg.DagsterInstance) -> bool:
    """Whether a run that this schedule asked for has not ended."""
    asked_here = dg.RunsFilter(statuses=list(UNDER_WAY), tags={"dagster/schedule_name": NIGHTLY})
    return instance.get_runs_count(asked_here) > 0


def asked_for(stored: Days, *, calendar: Calendar, now: datetime) -> list[Asked]:
    """The runs that store all that is missing."""
    yesterday = calendar.today(now) - ONE_DAY
    days = {view: calendar.ended(told, now=now) for view, told in missing(stored, upto=yesterday).items()}
    return asked_together(days)


def missing(stored: Days, *, upto: date) -> Mapping[str, list[date]]:
    """The days that were never stored, from the first stored one, at most a month back, to `upto`.

    Of a view that has no stored day the last one is missing.
    """
    month = DayRange(upto - MONTH + ONE_DAY, upto)
    return {
        view: [day for day in month if day >= min(days, default=upto) and day not in set(days)]
        for view, days in stored.items()
    }


def nightly_reconcile(*, calendar: Calendar) -> dg.ScheduleDefinition:
    """The schedule of all checks that count again."""
    return dg.ScheduleDefinition(
        name="nightly_reconcile",
        job_name=RECONCILE,
        cron_schedule=RECONCILED_AT,
        execution_timezone=calendar.zone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Counts facts, sums and the newest stored day of every view again.",
    )
