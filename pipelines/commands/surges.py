"""`kefu surges [--as-of T] [--owner UNIT]`: where complaints surge today, as far as the day has come."""

import argparse
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipelines.commands.questions import moment_in
from pipelines.commands.usage import BadUsage, day_or_moment
from pipelines.console import Console

if TYPE_CHECKING:
    import polars as pl

    from projections.storage.reader import StoredFacts
    from projections.views.reading import ViewReading


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as-of", type=day_or_moment, metavar="T", help="only what was filed before T (default: now)"
    )
    parser.add_argument("--owner", metavar="UNIT", help="only categories that this unit owns that day")
    parser.add_argument(
        "--all", action="store_true", help="every unit and category with complaints, surge or not"
    )
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.commands.metric import show
    from pipelines.stores import open_store
    from projections.storage.reader import stored_facts
    from projections.views.complaint_surges import COMPLAINT_SURGES, surges_now

    with open_store(console.settings(arguments.store)) as store, stored_facts(store.conninfo) as source:
        reading = _reading(source, arguments, console)
        rows = surges_now(reading)
    told = _kept(rows, arguments)
    show(told.to_dicts(), arguments.format, console, columns=tuple(COMPLAINT_SURGES.schema))
    until = reading.reference.astimezone(ZoneInfo(source.zone))
    console.note(
        f"{told.height:,} of {rows.height:,} units and categories with complaints on {reading.day}"
        f" before {until:%Y-%m-%d %H:%M}."
    )
    return 0


def _reading(source: "StoredFacts", arguments: argparse.Namespace, console: Console) -> "ViewReading":
    from projections.views.complaint_surges import COMPLAINT_SURGES
    from projections.views.reading import ViewReading

    as_of = moment_in(arguments.as_of, zone=source.zone)
    _check(as_of, now=console.clock())
    return ViewReading(
        source=source,
        now=console.clock(),
        as_of=as_of,
        at_position=min(source.position(fact) for fact in COMPLAINT_SURGES.all_facts),
    )


def _check(as_of: datetime | None, *, now: datetime) -> None:
    if as_of is not None and as_of > now:
        raise BadUsage(f"--as-of {as_of.isoformat()} has not come yet; leave it out for now.")


def _kept(rows: "pl.DataFrame", arguments: argparse.Namespace) -> "pl.DataFrame":
    """Least likely first, within the same by unit and category."""
    owned = rows.filter(process_owner=arguments.owner) if arguments.owner else rows
    kept = owned if arguments.all else owned.filter("is_surge")
    return kept.sort("chance", "unit", "category", nulls_last=True)
