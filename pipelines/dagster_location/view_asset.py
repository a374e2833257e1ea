"""A view as an asset: one partition per ended day, a backfill in one run, checked as it is refreshed."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from inspect import cleandoc

import dagster as dg

from infra.stores import Store
from pipelines.dagster_location.day_checks import day_check_specs, day_checks
from pipelines.dagster_location.day_told import DayTold
from pipelines.dagster_location.days import Calendar
from pipelines.dagster_location.figures import figures_of
from pipelines.dagster_location.log_and_facts import fact_key
from pipelines.dagster_location.projected import SECONDS_WITHOUT_A_STEP, wait_until_projected
from pipelines.dagster_location.refreshing import refresh_days
from pipelines.dagster_location.shown import column_schema, metadata_of_day, metadata_of_run
from pipelines.dagster_location.store_resource import StoreResource
from projections.storage.database import Database, open_database
from projections.storage.view_tables import stored_days
from projections.views.view import View

REFRESHED_BY = ("0 6 * * *", timedelta(hours=6))
"""Yesterday is refreshed between midnight and six, in the organisation's zone."""

Clock = Callable[[], datetime]


def view_asset(view: View, *, calendar: Calendar, clock: Clock) -> dg.AssetsDefinition:
    """The asset of a view; whatever is told of its days was read back from the store."""
    deadline, window = REFRESHED_BY

    @dg.asset(
        key=view.name,
        group_name="views",
        description=described(view),
        kinds={"postgres", "polars"},
        code_version=str(view.version),
        deps=[*map(fact_key, view.facts), *(other.name for other in view.views)],
        partitions_def=calendar.partitions(),
        backfill_policy=dg.BackfillPolicy.single_run(),
        freshness_policy=dg.FreshnessPolicy.cron(
            deadline_cron=deadline, lower_bound_delta=window, timezone=calendar.zone
        ),
        check_specs=day_check_specs(view),
        metadata={"dagster/column_schema": column_schema(view), "dagster/table_name": view.table},
    )
    def refreshed_view(
        context: dg.AssetExecutionContext, store: dg.ResourceParam[StoreResource]
    ) -> dg.MaterializeResult:  # type: ignore[type-arg] # Dagster does not know it with an argument
        with store.opened() as opened:
            return refreshed(context, opened, view, now=clock())

    return refreshed_view


def described(view: View) -> str:
    """What people read above the asset."""
    said = cleandoc(view.row.__doc__ or "")
    return f"{view.name_en} · {view.name_zh}. As of, and as known at, the end of each day. {said}"


def refreshed(
    context: dg.AssetExecutionContext, store: Store, view: View, *, now: datetime
) -> dg.MaterializeResult:  # type: ignore[type-arg] # as above
    """Refresh the days of the run, one after the other, and tell of each and of them all."""
    with open_database(store.conninfo) as database:
        highest = wait_until_projected(store, database, view.all_facts, patience=SECONDS_WITHOUT_A_STEP)
        done = []
        for one in refresh_days(store.conninfo, database, view, days_of(context), now=now):
            said = (one.day, one.status, one.rows.height, one.position)
            context.log.info("%s %s: %d rows at position %d", *said)
            done.append(DayTold.of(view, one))
        return told(context, database, view, done=done, highest=highest)


def told(
    context: dg.AssetExecutionContext,
    database: Database,
    view: View,
    *,
    done: Sequence[DayTold],
    highest: int,
) -> dg.MaterializeResult:  # type: ignore[type-arg] # as above
    """Leave each day's metadata with its partition; the run's metadata and checks."""
    noted = stored_days(database, view)
    figures = figures_of(context, database, view, done=done, noted=noted)
    hashes = dict(noted.select("day", "hash").rows())
    for one in done:
        shown = metadata_of_day(one, stored_as=hashes[one.day])
        context.add_asset_metadata(shown, partition_key=one.day.isoformat())
    return dg.MaterializeResult(
        metadata=metadata_of_run(
            done[-1], days=len(done), figures=figures, figure=view.figure, highest=highest
        ),
        check_results=day_checks(
            view, done, counts=dict(noted.select("day", "rows").rows()), figures=figures
        ),
    )


def days_of(context: dg.AssetExecutionContext) -> list[date]:
    """The days of the run's partitions, in order."""
    return sorted(date.fromisoformat(key) for key in context.partition_keys)
