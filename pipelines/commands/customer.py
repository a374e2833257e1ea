"""`kefu customer ID`: all that is known of one person at a moment, and what happened, newest first."""

import argparse
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipelines.commands.usage import BadUsage, day_or_moment, whole_number
from pipelines.console import Console

if TYPE_CHECKING:
    from projections.storage.reader import StoredFacts
    from projections.views.reading import ViewReading

LINES = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("customer", metavar="ID", help="any pseudonym of the person, for instance crm:1")
    parser.add_argument("--as-of", type=day_or_moment, metavar="T", help="only what had happened before T")
    parser.add_argument(
        "--known-at", type=day_or_moment, metavar="T", help="only what was on record before T"
    )
    parser.add_argument(
        "--before", type=day_or_moment, metavar="T", help="the timeline before T: how to go on reading"
    )
    parser.add_argument(
        "--limit", type=whole_number, default=LINES, metavar="N", help="lines of the timeline (40)"
    )
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.stores import open_store
    from projections.storage.reader import stored_facts

    if not arguments.limit:
        raise BadUsage("--limit 0 would show no timeline: ask for one line at least.")
    with open_store(console.settings(arguments.store)) as store, stored_facts(store.conninfo) as source:
        _tell(source, arguments, console)
    return 0


def _tell(source: "StoredFacts", arguments: argparse.Namespace, console: Console) -> None:
    from projections.metrics.periods import moment
    from projections.views.timeline import timeline

    zone = ZoneInfo(source.zone)
    reading = _reading(source, arguments, console)
    before = None if arguments.before is None else moment(arguments.before, zone=zone)
    lines = timeline(reading, arguments.customer, limit=arguments.limit, before=before)
    person = _person(reading, arguments.customer)
    if person is None and lines.is_empty():
        raise BadUsage(f"nothing is known of a customer {arguments.customer!r} at that moment.")
    happened = lines.to_dicts()
    if arguments.format == "json":
        console.document({"customer": person, "timeline": happened})
    else:
        _print(person, happened, console, zone=zone)
    if happened:
        console.note(f"{len(happened):,} lines; --before {happened[-1]['at'].isoformat()} goes on.")


def _reading(source: "StoredFacts", arguments: argparse.Namespace, console: Console) -> "ViewReading":
    from projections.metrics.periods import moment
    from projections.views.customer_360 import CUSTOMER_360
    from projections.views.reading import ViewReading
    from projections.views.timeline import FACTS

    as_of, known_at = (
        None if at is None else moment(at, zone=ZoneInfo(source.zone))
        for at in (arguments.as_of, arguments.known_at)
    )
    lowest = min(source.position(fact) for fact in {*FACTS, *CUSTOMER_360.all_facts})
    return ViewReading(source=source, now=console.clock(), as_of=as_of, known_at=known_at, at_position=lowest)


def _person(reading: "ViewReading", customer: str) -> dict[str, Any] | None:
    """The person's row of the 360 view, made from the facts about their pseudonyms alone."""
    from projections.metrics.persons import persons
    from projections.views.customer_360 import CUSTOMER_360
    from projections.views.people import shown

    known = persons(reading)
    held = shown(known).filter(pseudonym=customer).sort("since")["shown"]
    name = customer if held.is_empty() else held[-1]
    own = reading.only([one for one in known.everybody([customer]) if one is not None])
    rows = CUSTOMER_360.made(own).filter(customer_id=name).to_dicts()
    return rows[0] if rows else None


def _print(
    person: dict[str, Any] | None, happened: list[dict[str, Any]], console: Console, *, zone: ZoneInfo
) -> None:
    from pipelines.commands.tables import print_table

    if person is None:
        console.say("No longer listed: erased, or nothing of their own is told.")
    told = {name: value for name, value in (person or {}).items() if value is not None}
    print_table([{"known": name, "": value} for name, value in told.items()], console, columns=("known", ""))
    console.say("")
    lines = [line | {"at": line["at"].astimezone(zone).isoformat(" ", "seconds")} for line in happened]
    print_table(lines, console, columns=("at", "topic", "what", "stream", "unit", "agent_id", "subject_id"))
