"""The scheduled job that tells what fell due; it may sleep for days, and changes no past by waking."""

from collections.abc import Callable
from datetime import datetime

import dagster as dg

from pipelines.dagster_location.store_resource import StoreResource
from pipelines.due import settle_due

EVERY_TEN_MINUTES = "*/10 * * * *"


def due_job(*, clock: Callable[[], datetime]) -> dg.Definitions:
    """The job and its schedule: running unless somebody stops it."""

    @dg.op(description="Tell what fell due by now, each at its due moment.")
    def tell_what_fell_due(context: dg.OpExecutionContext, store: dg.ResourceParam[StoreResource]) -> None:
        with store.opened() as opened:
            account = settle_due(opened, clock=clock)
        told = {topic: dg.MetadataValue.int(count) for topic, count in sorted(account.told.items())}
        context.add_output_metadata({"streams asked": account.asked, "refused": account.refused, **told})
        if account.refused:
            raise dg.Failure(
                description=f"{account.refused} streams were not settled; the first: {account.refusals[0]}"
            )

    @dg.job(description="Escalations, expiries and tier moves that fell due are told at their due moments.")
    def settle_what_fell_due() -> None:
        tell_what_fell_due()

    schedule = dg.ScheduleDefinition(
        name="every_ten_minutes_settle_what_fell_due",
        job=settle_what_fell_due,
        cron_schedule=EVERY_TEN_MINUTES,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    return dg.Definitions(jobs=[settle_what_fell_due], schedules=[schedule])
