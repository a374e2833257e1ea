"""`kefu refresh [--as-of DATE]`: every view as it stood at a day's end, stored or confirmed."""

import argparse
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pipelines.commands.usage import BadUsage, Failed, day
from pipelines.console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-of",
        type=day,
        metavar="DATE",
        help="the day at whose end the views are taken (default: yesterday)",
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.stores import open_store

    with open_store(console.settings(arguments.store)) as store:
        refresh(store.conninfo, asked=arguments.as_of, console=console)
    return 0


def refresh(conninfo: str, *, asked: date | None, console: Console) -> None:
    """Refresh every view for one day; Failed if a stored day would come out differently now."""
    from projections.storage.reader import stored_facts
    from projections.storage.views import refresh_view
    from projections.views import VIEWS
    from projections.views.refresh import DayNotOver, PartitionDiffers

    now = console.clock()
    with stored_facts(conninfo) as source:
        chosen = asked or _yesterday(now, zone=source.zone)
    for view in VIEWS:
        try:
            made = refresh_view(conninfo, view, chosen, now=now)
        except DayNotOver as error:
            raise BadUsage(f"{error}; ask for an earlier day.") from error
        except PartitionDiffers as error:
            raise Failed(str(error)) from error
        console.say(f"{view.name} of {chosen}: {made.rows} rows {made.status}, at position {made.position}.")


def _yesterday(now: datetime, *, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
