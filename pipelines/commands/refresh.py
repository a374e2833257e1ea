"""`kefu refresh [VIEW…] [--as-of DATE]`: views as they stood at a day's end, stored or confirmed."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipelines.commands.usage import BadUsage, Failed, day
from pipelines.console import Console

if TYPE_CHECKING:
    from projections.storage.views_of_a_day import Outcome
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
    """Refresh views for one day, told in their order; one that fails stops only those that read it.

    Raises BadUsage for a day that is not over, and Failed at the end if a stored day came out differently;
    what else went wrong with a view is raised at the end too.
    """
    from projections.storage.reader import stored_facts
    from projections.storage.views_of_a_day import refresh_views
    from projections.views.refresh import day_end

    now = console.clock()
    with stored_facts(conninfo) as source:
        chosen, zone = asked or _yesterday(now, zone=source.zone), source.zone
    if day_end(chosen, zone=zone) > now:
        raise BadUsage(f"{chosen} is not over before {day_end(chosen, zone=zone)}; ask for an earlier day.")
    outcomes = []
    for outcome in in_order(refresh_views(conninfo, views, chosen, now=now), views):
        outcomes.append(outcome)
        _tell(outcome, console, is_brief=is_brief)
    if is_brief:
        filled = sum(one.refreshed is not None and one.refreshed.rows > 0 for one in outcomes)
        console.say(f"{len(views)} views of {chosen} are stored, {filled} with rows; `kefu view` lists them.")
    _raise_failures(outcomes, chosen)


def in_order(outcomes: "Iterable[Outcome]", views: "Sequence[View]") -> "Iterator[Outcome]":
    """Outcomes in the order of the views, each as soon as it and those before it are there."""
    done, told = {}, 0
    for outcome in outcomes:
        done[outcome.view.name] = outcome
        while told < len(views) and views[told].name in done:
            yield done[views[told].name]
            told += 1


def _tell(outcome: "Outcome", console: Console, *, is_brief: bool) -> None:
    made = outcome.refreshed
    if made is None:
        console.note(f"{outcome.view.name}: {outcome.error}.")
    elif not is_brief:
        console.say(
            f"{made.view} of {made.day}: {made.rows:,} rows {made.status}, at position {made.position:,}."
        )
        console.stdout.flush()


def _raise_failures(outcomes: "Sequence[Outcome]", chosen: date) -> None:
    """The first error that stopped a view, else the views whose stored days came out differently."""
    for outcome in outcomes:
        if outcome.error is not None and not outcome.is_stored:
            raise outcome.error
    differing = sorted(outcome.view.name for outcome in outcomes if outcome.error is not None)
    if differing:
        raise Failed(
            f"{', '.join(differing)} of {chosen}: something was recorded as known by then after the day was "
            "stored; what is stored stands, and `kefu view NAME --as-of …` shows what the facts say now."
        )


def _yesterday(now: datetime, *, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
