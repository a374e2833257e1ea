"""The sensor on log growth: asks for a refresh of the days that the log has told of."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import islice

import dagster as dg
import msgspec

from infra.stores import Store
from pipelines.dagster_location.days import Calendar, DayRange
from pipelines.dagster_location.growth import Growth, Look, grown, look, ripe, with_holes
from pipelines.dagster_location.log_and_facts import LOG, described_log
from pipelines.dagster_location.store_resource import StoreResource
from projections.facts import SPECS
from projections.runner.operate import Status, status
from projections.storage.database import open_database
from projections.storage.views import stored_days
from projections.views.view import View

SECONDS_BETWEEN_LOOKS = 30
RUNS_PER_LOOK = 20
"""Ranges of days asked for at once; the others follow at the next look."""
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


def growth_sensor(
    asset: dg.AssetsDefinition,
    *,
    view: View,
    calendar: Calendar,
    clock: Callable[[], datetime],
) -> dg.SensorDefinition:
    """A sensor that refreshes the asset of a view over the days told of; its cursor is a Growth."""

    @dg.sensor(
        name="log_growth",
        target=asset,
        minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Refreshes ended days that the log has told of, once it is silent about them.",
    )
    def log_growth(
        context: dg.SensorEvaluationContext, store: dg.ResourceParam[StoreResource]
    ) -> dg.SensorResult:
        with store.opened() as opened:
            return next_result(
                opened, before=read_cursor(context.cursor), view=view, calendar=calendar, now=clock()
            )

    return log_growth


def next_result(
    store: Store, *, before: Growth, view: View, calendar: Calendar, now: datetime
) -> dg.SensorResult:
    """What one look at the log asks for, and the cursor behind it."""
    topics = {topic for fact in view.all_facts for topic in SPECS[fact].topics}
    with store.log() as log:
        today = calendar.today(now)
        found = look(log, after=before.position, topics=topics, zone=calendar.zone, today=today)
    standing = status(store.conninfo)
    projected = min(place.position for place in standing.facts if place.fact in view.all_facts)
    days = calendar.ended(ripe(before, found, projected=projected), now=now)
    asked = requested(with_holes(days, stored=days_stored(store.conninfo, view)))
    after = grown(before, found).without(day for days in asked for day in days)
    return dg.SensorResult(
        run_requests=[run_request(days, at=found.upto) for days in asked],
        skip_reason=None if asked else why_nothing(after, found, calendar=calendar),
        cursor=msgspec.json.encode(after).decode(),
        asset_events=[observation(standing)] if found.upto > before.position else [],
    )


def days_stored(conninfo: str, view: View) -> list[date]:
    with open_database(conninfo) as database, database.transaction():
        days: list[date] = stored_days(database, view).get_column("day").to_list()
    return days


def read_cursor(cursor: str | None) -> Growth:
    """What earlier looks have left; nothing at the first."""
    return Growth() if cursor is None else msgspec.json.decode(cursor, type=Growth)


def requested(days: Iterable[date]) -> list[DayRange]:
    return list(islice(DayRange.of(days), RUNS_PER_LOOK))


def run_request(days: DayRange, *, at: int) -> dg.RunRequest:
    """One run over all the days; asking again at the same position asks for nothing."""
    return dg.RunRequest(
        run_key=f"{days} at {at}",
        tags={RANGE_START: days.first.isoformat(), RANGE_END: days.last.isoformat()},
    )


def why_nothing(after: Growth, found: Look, *, calendar: Calendar) -> str:
    """Why no day is refreshed, for people."""
    if not found.is_all:
        return f"reading on: the log goes on behind position {found.upto}"
    if not after.told:
        return f"nothing to refresh: the log ends at position {found.upto}"
    days = ", ".join(map(str, after.told[:5]))
    if min(after.days) < calendar.first_partition:
        return (
            f"reload the code location: partitions begin with {calendar.first_partition}, events with {days}"
        )
    return f"the log ends at position {found.upto}; waiting for silence or the projector: {days}"


def observation(standing: Status) -> dg.AssetObservation:
    """The log as this look found it, without a run."""
    return dg.AssetObservation(
        asset_key=LOG,
        metadata=described_log(standing),
        tags={"dagster/data_version": str(standing.highest)},
    )
