"""`kefu segment save|check|list|show|members|history|overlap|became`: customers by saved conditions."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from pipelines.commands.usage import day
from pipelines.console import Console

if TYPE_CHECKING:
    from datetime import date

    from pipelines.segment_answers import Asked

Run = Callable[[argparse.Namespace, Console], None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", metavar="save|check|list|show|members|history|overlap|became", required=True
    )
    check = actions.add_parser("check", help="whether a file of segments can be used; no store is opened")
    check.add_argument("file", metavar="FILE", help="YAML or JSON; - is standard input")
    save = actions.add_parser("save", help="append what a file defines and does not stand yet")
    save.add_argument("name", metavar="FILE|NAME", help="the file, or the segment that --file defines")
    save.add_argument("--file", metavar="FILE", help="YAML or JSON; - is standard input")
    listed = actions.add_parser("list", help="every segment of a day with its size, or why it fails")
    show = actions.add_parser("show", help="a segment's definition, size and state")
    members = actions.add_parser("members", help="who is in a segment, since when, and what brought them in")
    history = actions.add_parser("history", help="size by day, or one customer's entries and exits")
    overlap = actions.add_parser("overlap", help="how many are in two segments at once")
    became = actions.add_parser("became", help="what became of those who were in a segment on a day")
    for action in (show, members, history, became):
        action.add_argument("name", metavar="NAME")
    overlap.add_argument("names", nargs="+", metavar="NAME")
    _add_days(history, became)
    for action in (listed, show, members, overlap):
        action.add_argument(
            "--as-of", type=day, metavar="DATE", help="at that day's end (default: the last stored day)"
        )
    for action in (listed, show, members, history, overlap, became):
        action.add_argument("--format", choices=("table", "csv", "json"), default="table")


def _add_days(history: argparse.ArgumentParser, became: argparse.ArgumentParser) -> None:
    history.add_argument("--customer", metavar="ID", help="the pseudonym: why they entered and left")
    history.add_argument("--from", dest="start", type=day, metavar="D", help="first day (default: 30 days)")
    history.add_argument(
        "--to", dest="end", type=day, metavar="D", help="day after the last (default: today)"
    )
    history.add_argument(
        "--ruling",
        choices=("then", "today"),
        default="then",
        help="by the definition of each day, or by today's for all time",
    )
    became.add_argument("--from", dest="start", required=True, type=day, metavar="D", help="who was in then")
    became.add_argument(
        "--to", dest="end", required=True, type=day, metavar="D", help="and what they are then"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    actions: dict[str, Run] = {
        "check": _check,
        "save": _save,
        "list": _asked("listed"),
        "show": _asked("shown"),
        "members": _asked("members"),
        "history": _asked("history"),
        "overlap": _asked("overlapping"),
        "became": _asked("became"),
    }
    actions[arguments.action](arguments, console)
    return 0


def _check(arguments: argparse.Namespace, console: Console) -> None:
    from pipelines.segment_files import read_segments

    rules = read_segments(arguments.file, name=None, today=console.clock().date())
    console.say(f"{arguments.file}: good; {len(rules)} segments: {', '.join(rule.name for rule in rules)}.")


def _save(arguments: argparse.Namespace, console: Console) -> None:
    from zoneinfo import ZoneInfo

    from pipelines.organisation import configure, rules_of
    from pipelines.segment_files import read_segments
    from pipelines.stores import open_store

    path, name = (arguments.file, arguments.name) if arguments.file else (arguments.name, None)
    now = console.clock()
    with open_store(console.settings(arguments.store)) as store:
        zone: ZoneInfo = rules_of(store, clock=console.clock).zone(on=now.date())
        rules = read_segments(path, name=name, today=now.astimezone(zone).date())
        changed = configure(store, rules, clock=console.clock)
        stored = _last_stored_day(store.conninfo)
    for rule in rules:
        console.say(f"{rule.name} holds from {rule.valid_from}.")
    console.say(f"{changed} of {len(rules)} segments saved; the others stood already.")
    if stored and changed and any(rule.valid_from <= stored for rule in rules):
        console.note(f"Days up to {stored} are stored and stay as they are: made again they would differ.")


def _last_stored_day(conninfo: str) -> "date | None":
    from projections.storage.database import open_database
    from projections.storage.view_tables import stored_days
    from projections.views.segments.day_views import SEGMENTS

    with open_database(conninfo) as database:
        last: date | None = stored_days(database, SEGMENTS)["day"].max()  # type: ignore[assignment]
    return last


def _asked(question: str) -> Run:
    """An answer about saved segments, from the store, with its state beside it."""

    def answer(arguments: argparse.Namespace, console: Console) -> None:
        from pipelines import segment_answers
        from pipelines.commands.metric import show
        from pipelines.stores import open_store
        from projections.storage.reader import stored_facts

        with open_store(console.settings(arguments.store)) as store, stored_facts(store.conninfo) as source:
            told: Asked = getattr(segment_answers, question)(source, arguments, now=console.clock())
        for line in told.lines if arguments.format == "table" else ():
            console.say(line)
        show(told.rows, arguments.format, console, columns=_columns(told, arguments.format))
        for note in told.notes:
            console.note(note)

    return answer


def _columns(told: "Asked", form: str) -> tuple[str, ...]:
    """A table leaves out what says nothing in any row that it shows."""
    if form != "table" or not told.rows:
        return told.columns
    return tuple(name for name in told.columns if any(row.get(name) is not None for row in told.rows))
