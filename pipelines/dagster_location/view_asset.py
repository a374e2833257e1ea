"""A view as an asset: one partition per ended day, a backfill in one run, checked again later."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

import dagster as dg
import polars as pl

from pipelines.dagster_location.days import Calendar
from pipelines.dagster_location.log_and_facts import fact_key
from pipelines.dagster_location.markdown import markdown_table
from pipelines.dagster_location.plot import line_plot
from pipelines.dagster_location.refreshing import RefreshedDay, refresh_days
from pipelines.dagster_location.store_resource import StoreResource
from pipelines.dagster_location.stored_days import hold_against_facts
from projections.runner.operate import status
from projections.views.view import Figure, View

SHOWN_ROWS = 10
NEVER_REWRITTEN = "days_come_out_the_same"
REFRESHED_BY = ("0 6 * * *", timedelta(hours=6))
"""Yesterday is refreshed between midnight and six, in the organisation's zone."""

Clock = Callable[[], datetime]


def view_asset(view: View, *, calendar: Calendar, clock: Clock) -> dg.AssetsDefinition:
    """The asset of a view; whatever is told of its days was read back from the store."""
    deadline, window = REFRESHED_BY

    @dg.asset(
        key=view.name,
        group_name="views",
        description=f"The view {view.name} as of, and as known at, the end of each day; never rewritten.",
        kinds={"postgres", "polars"},
        deps=[*(fact_key(fact) for fact in view.facts), *(other.name for other in view.views)],
        partitions_def=calendar.partitions(),
        backfill_policy=dg.BackfillPolicy.single_run(),
        freshness_policy=dg.FreshnessPolicy.cron(
            deadline_cron=deadline, lower_bound_delta=window, timezone=calendar.zone
        ),
        check_specs=[
            dg.AssetCheckSpec(
                name=NEVER_REWRITTEN,
                asset=view.name,
                description="A day that was stored before gives the same rows when it is made again.",
            )
        ],
        metadata={"dagster/column_schema": _column_schema(view), "dagster/table_name": view.table},
    )
    def refreshed_view(
        context: dg.AssetExecutionContext, store: dg.ResourceParam[StoreResource]
    ) -> dg.MaterializeResult:  # type: ignore[type-arg] # Dagster does not know it with an argument
        with store.opened() as opened:
            done = tell(context, refresh_days(opened.conninfo, view, days_of(context), now=clock()))
            highest = status(opened.conninfo).highest
        return dg.MaterializeResult(
            metadata=metadata_of_run(done, figure=view.figure, highest=highest),
            check_results=[never_rewritten(done)],
        )

    return refreshed_view


def days_of(context: dg.AssetExecutionContext) -> list[date]:
    """The days of the run's partitions."""
    return [date.fromisoformat(key) for key in context.partition_keys]


def tell(context: dg.AssetExecutionContext, refreshed: Iterable[RefreshedDay]) -> list[RefreshedDay]:
    """Log each day as it is done, and leave its metadata with its partition."""
    done = []
    for one in refreshed:
        context.log.info("%s %s: %d rows at position %d", one.day, one.status, one.rows.height, one.position)
        context.add_asset_metadata(metadata_of_day(one), partition_key=one.day.isoformat())
        done.append(one)
    return done


def facts_check(view: View, *, clock: Clock) -> dg.AssetChecksDefinition:
    """A check that reads stored days again and makes the newest one from the facts once more."""

    @dg.asset_check(
        asset=view.name,
        name="stored_days_equal_facts",
        description="Stored days are what was noted of them, and the newest is what the facts give.",
    )
    def stored_days_equal_facts(store: dg.ResourceParam[StoreResource]) -> dg.AssetCheckResult:
        with store.opened() as opened:
            held = hold_against_facts(opened.conninfo, view, now=clock())
        return dg.AssetCheckResult(
            passed=held.is_equal,
            metadata={
                "days_read": held.read,
                "days_changed": ", ".join(map(str, held.changed)) or "none",
                "days_unlike_the_facts": ", ".join(map(str, held.unlike_facts)) or "none",
            },
        )

    return stored_days_equal_facts


def never_rewritten(done: Sequence[RefreshedDay]) -> dg.AssetCheckResult:
    """Failed where a day differs from what is stored; what is stored stands."""
    differing = [one for one in done if one.status == "differs"]
    return dg.AssetCheckResult(
        check_name=NEVER_REWRITTEN,
        passed=not differing,
        description=differing[0].difference if differing else None,
        metadata={
            "days_confirmed": sum(one.status == "confirmed" for one in done),
            "days_differing": ", ".join(str(one.day) for one in differing) or "none",
        },
    )


def metadata_of_day(one: RefreshedDay) -> dict[str, dg.MetadataValue]:
    return {
        "dagster/partition_row_count": dg.MetadataValue.int(one.rows.height),
        "position": dg.MetadataValue.int(one.position),
        "status": dg.MetadataValue.text(one.status),
    }


def metadata_of_run(
    done: Sequence[RefreshedDay], *, figure: Figure, highest: int
) -> dict[str, dg.MetadataValue]:
    """The last day in full, and the figure over all days of the run."""
    last = done[-1]
    drawn = line_plot(
        [figure.value(one.rows, one.day) for one in done],
        lowest=figure.lowest,
        highest=figure.highest,
        name=figure.name,
    )
    return {
        "dagster/row_count": dg.MetadataValue.int(last.rows.height),
        "days": dg.MetadataValue.int(len(done)),
        "lag": dg.MetadataValue.int(highest - last.position),
        "rows_of_the_last_day": dg.MetadataValue.md(markdown_table(_told(last.rows).head(SHOWN_ROWS))),
        **({figure.name: dg.MetadataValue.md(drawn)} if len(done) > 1 else {}),
    }


def _told(rows: pl.DataFrame) -> pl.DataFrame:
    """Without the columns that say nothing in any row."""
    return rows.select(column for column in rows if column.null_count() < rows.height)


def _column_schema(view: View) -> dg.TableSchema:
    columns = [dg.TableColumn(name=name, type=pg_type) for name, pg_type in view.pg_types.items()]
    return dg.TableSchema(columns=columns)
