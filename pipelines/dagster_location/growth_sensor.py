"""The sensor on log growth: asks for a refresh of the views and days that the log has told of."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime

import dagster as dg
import msgspec

from infra.stores import Store
from pipelines.dagster_location.asking import REFRESH, asked_together, days_asked, run_request
from pipelines.dagster_location.days import Calendar, DayRange
from pipelines.dagster_location.growth import Days, Growth, Look, grown, look, ripe, unasked
from pipelines.dagster_location.log_and_facts import LOG, described_log
from pipelines.dagster_location.store_resource import StoreResource
from projections.runner.operate import Status, status
from projections.storage.database import open_database
from projections.storage.view_tables import stored_days
from projections.views.view import View

SECONDS_BETWEEN_LOOKS = 30
RUNS_PER_LOOK = 20
"""Runs asked for at once; the others follow at the next look."""


def growth_sensor(
    *, views: Sequence[View], calendar: Calendar, clock: Callable[[], datetime]
) -> dg.SensorDefinition:
    """A sensor that refreshes views over the days told of; its cursor is a Growth."""

    @dg.sensor(
        name="log_growth",
        job_name=REFRESH,
        minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Refreshes ended days that the log has told of, in the views that they touch, once the"
        " log is silent about them; of a long history the newest month.",
    )
    def log_growth(
        context: dg.SensorEvaluationContext, store: dg.ResourceParam[StoreResource]
    ) -> dg.SensorResult:
        with store.opened() as opened:
            return next_result(
                opened, before=read_cursor(context.cursor), views=views, calendar=calendar, now=clock()
            )

    return log_growth


def next_result(
    store: Store, *, before: Growth, views: Sequence[View], calendar: Calendar, now: datetime
) -> dg.SensorResult:
    """What one look at the log asks for, and the cursor behind it."""
    with store.log() as log:
        today = calendar.today(now)
        found = look(log, after=before.position, views=views, zone=calendar.zone, today=today)
    standing = status(store.conninfo)
    told = ripe(before, found, projected=projected(standing, views))
    ended = {view: calendar.ended(days, now=now) for view, days in told.items()}
    wanted = unasked(ended, stored=days_stored(store.conninfo, views) if ended else {})
    asked = asked_together(wanted)[:RUNS_PER_LOOK]
    left = days_left(ended, wanted)
    after = grown(before, found).without(days_asked(asked)).without(left)
    return dg.SensorResult(
        run_requests=[run_request(one, views, at=found.upto) for one in asked],
        skip_reason=None if asked else why_nothing(after, found, left=left, calendar=calendar),
        cursor=msgspec.json.encode(after).decode(),
        asset_events=[observation(standing, left=left)] if found.upto > before.position or left else [],
    )


def projected(standing: Status, views: Sequence[View]) -> dict[str, int]:
    """The position that all facts of a view have come to, by view."""
    places = {place.fact: place.position for place in standing.facts}
    return {view.name: min(places[fact] for fact in view.all_facts) for view in views}


def days_stored(conninfo: str, views: Sequence[View]) -> dict[str, list[date]]:
    """The stored days of every view, in order."""
    with open_database(conninfo) as database, database.transaction():
        return {view.name: stored_days(database, view)["day"].to_list() for view in views}


def days_left(days: Days, wanted: Days) -> dict[str, list[date]]:
    """The days that nobody is asked to refresh: the history before its newest month."""
    left = {view: sorted(set(told) - set(wanted.get(view, ()))) for view, told in days.items()}
    return {view: told for view, told in left.items() if told}


def read_cursor(cursor: str | None) -> Growth:
    """What earlier looks have left; nothing at the first."""
    return Growth() if cursor is None else msgspec.json.decode(cursor, type=Growth)


def why_nothing(after: Growth, found: Look, *, left: Days, calendar: Calendar) -> str:
    """Why no day is refreshed, for people."""
    if not found.is_all:
        return f"reading on: the log goes on behind position {found.upto}"
    if left:
        return f"a backfill refreshes {in_ranges(left)} if you ask for it: they lie further back than a month"
    if not after.views:
        return f"nothing to refresh: the log ends at position {found.upto}"
    days = in_ranges(after.days)
    first = min(day for told in after.days.values() for day in told)
    if first < calendar.first_partition:
        return (
            f"reload the code location: partitions begin with {calendar.first_partition}, events with {days}"
        )
    return f"the log ends at position {found.upto}; waiting for silence or the projector: {days}"


def in_ranges(days: Mapping[str, Collection[date]]) -> str:
    """The days of all views together, the first few ranges."""
    return ", ".join(map(str, DayRange.of(day for told in days.values() for day in told)[:5]))


def observation(standing: Status, *, left: Days) -> dg.AssetObservation:
    """The log as this look found it, without a run."""
    backfill = {"left_to_a_backfill": dg.MetadataValue.text(in_ranges(left))} if left else {}
    return dg.AssetObservation(
        asset_key=LOG,
        metadata={**described_log(standing), **backfill},
        tags={"dagster/data_version": str(standing.highest)},
    )
