"""`kefu refresh [VIEW…] [--as-of DATE]`: views as they stood at a day's end, stored or confirmed."""

import argparse
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipelines.commands.usage import BadUsage, Failed, day
from pipelines.console import Console

if TYPE_CHECKING:
    from projections.storage.views import Refreshed, Refresher
    from projections.views.view import View


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="VIEW", help="these views alone (default: all)")
    parser.add_argument(
        "--as-of",
        type=day,
        metavar="DATE",
        help="the day at whose end the views are taken (default: yesterday)",
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.commands.view import named_view
    from pipelines.stores import open_store
    from projections.views import VIEWS

    wanted = {named_view(name).name for name in arguments.names} or {view.name for view in VIEWS}
    views = [view for view in VIEWS if view.name in wanted]
    with open_store(console.settings(arguments.store)) as store:
        refresh(store.conninfo, views, asked=arguments.as_of, console=console)
    return 0


def refresh(
    conninfo: str, views: "Sequence[View]", *, asked: date | None, console: Console, is_brief: bool = False
) -> None:
    """Refresh views for one day, each told as it is done; one that differs from its stored day stops none.

    Raises BadUsage for a day that is not over, and Failed at the end if a stored day came out differently.
    """
    from projections.storage.reader import stored_facts
    from projections.storage.views import refresher
    from projections.views.refresh import day_end

    now = console.clock()
    with stored_facts(conninfo) as source:
        chosen, zone = asked or _yesterday(now, zone=source.zone), source.zone
    if day_end(chosen, zone=zone) > now:
        raise BadUsage(f"{chosen} is not over before {day_end(chosen, zone=zone)}; ask for an earlier day.")
    with refresher(conninfo) as opened:
        made = [_refreshed(opened, view, chosen, console, is_brief=is_brief) for view in views]
    differing = [view.name for view, one in zip(views, made, strict=True) if one is None]
    if is_brief:
        filled = sum(one is not None and one.rows > 0 for one in made)
        console.say(f"{len(views)} views of {chosen} are stored, {filled} with rows; `kefu view` lists them.")
    if differing:
        raise Failed(
            f"{', '.join(differing)} of {chosen}: something was recorded as known by then after the day was "
            "stored; what is stored stands, and `kefu view NAME --as-of …` shows what the facts say now."
        )


def _refreshed(
    opened: "Refresher", view: "View", chosen: date, console: Console, *, is_brief: bool
) -> "Refreshed | None":
    from projections.views.refresh import PartitionDiffers

    try:
        made = opened.refresh(view, chosen, now=console.clock())
    except PartitionDiffers as error:
        console.note(f"{error}.")
        return None
    if not is_brief:
        _say(made, console)
    return made


def _say(made: "Refreshed", console: Console) -> None:
    console.say(
        f"{made.view} of {made.day}: {made.rows:,} rows {made.status}, at position {made.position:,}."
    )
    console.stdout.flush()


def _yesterday(now: datetime, *, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
