"""What a number was known as at two moments, and the rows and events that moved it, printed."""

import argparse
from typing import TYPE_CHECKING, Any

from pipelines.commands.questions import moment_in
from pipelines.console import Console

if TYPE_CHECKING:
    from datetime import datetime

    from infra.stores import Store
    from projections.metrics.difference import Movement
    from projections.metrics.question import Question
    from projections.metrics.source import FactSource

VALUES = ("numerator", "denominator", "value")
COLUMNS = ("unit", "n", "mature", "matures_on", "position")
MOVED = ("role", "fact", "stream", "key", "before", "after", "change", "share_of_difference", "events")
SHOWN = 50


def show_movements(
    store: "Store",
    source: "FactSource",
    question: "Question",
    arguments: argparse.Namespace,
    console: Console,
) -> None:
    """Each period and group before and after, and below a table the rows that moved it with their events."""
    from pipelines.commands.metric import show
    from projections.metrics.answer_rows import printed_name
    from projections.metrics.difference import moved_known_at

    first, second = (moment_in(given, zone=source.zone) for given in arguments.diff_known_at)
    if first is None or second is None:
        raise TypeError("two moments are given")
    movements = moved_known_at(source, question, first, second, now=console.clock())
    events = _events(store, movements, first, second)
    rows = [_row(one, events) for one in movements]
    dimensions = tuple(printed_name(dimension) for dimension in question.by)
    both = tuple(f"{name}_{at}" for at in ("before", "after") for name in VALUES)
    period = ("metric", "definition", "period_start", "period_end", *dimensions)
    show(rows, arguments.format, console, columns=(*period, *both, "difference", *COLUMNS))
    if arguments.format == "table":
        _show_moved(rows, console)


def _show_moved(rows: list[dict[str, Any]], console: Console) -> None:
    from pipelines.commands.tables import print_table

    moved = [one | {"events": _named(one["events"])} for row in rows for one in row["moved"]]
    console.say()
    if not moved:
        console.say("Nothing moved between these moments.")
        return
    print_table(moved[:SHOWN], console, columns=MOVED)
    if len(moved) > SHOWN:
        console.note(f"{SHOWN} of {len(moved)} rows; --format json has all.")


def _events(
    store: "Store", movements: "list[Movement]", first: "datetime", second: "datetime"
) -> dict[str, list[dict[str, Any]]]:
    """The events put on record between the moments, by stream."""
    from projections.metrics.difference import streams_of, told_between

    streams = streams_of(movements)
    found: dict[str, list[dict[str, Any]]] = {}
    with store.log() as log:
        told = log.read_streams(streams, log.highest()) if streams else log.read(0, 0)
    for row in told_between(told, min(first, second), max(first, second)).iter_rows(named=True):
        found.setdefault(row["stream"], []).append(row)
    return found


def _row(one: "Movement", events: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    known = one.after or one.before
    row = known.as_json() if known else {}
    for name in VALUES:
        row.pop(name, None)
        row[f"{name}_before"] = getattr(one.before, name, None)
        row[f"{name}_after"] = getattr(one.after, name, None)
    row["difference"] = one.difference
    row["moved"] = [_moved(moved, events) for moved in one.rows.iter_rows(named=True)]
    return row


def _moved(row: dict[str, Any], events: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    from pipelines.commands.explain import plain

    streams = [name for name in (row["stream"], row["other_stream"]) if name]
    told = [event for name in streams for event in events.get(name, ())]
    return {name: plain(value) for name, value in row.items()} | {"events": told}


def _named(events: list[dict[str, Any]]) -> str:
    return ", ".join(f"{event['position']} {event['topic']}" for event in events)
