"""`kefu explain NAME --from D --to D`: the rows behind a metric, counted and left out, and their events."""

import argparse
import json
from typing import TYPE_CHECKING, Any

from pipelines.commands.metric import show
from pipelines.commands.questions import add_question, moment_in, question_of
from pipelines.commands.usage import BadUsage, day_or_moment, whole_number
from pipelines.console import Console

if TYPE_CHECKING:
    import polars as pl

    from infra.stores import Store
    from projections.metrics.question import Question
    from projections.metrics.source import FactSource

SHOWN = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_question(parser)
    parser.add_argument(
        "--diff-known-at",
        nargs=2,
        type=day_or_moment,
        metavar=("T1", "T2"),
        help="only rows that count otherwise at T2 than at T1",
    )
    parser.add_argument("--limit", type=whole_number, default=SHOWN, help=f"rows to show (default {SHOWN})")
    parser.add_argument("--offset", type=whole_number, default=0, help="rows to pass over (default 0)")
    parser.add_argument("--events", action="store_true", help="show the events of these rows' streams too")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.stores import open_store
    from projections.storage.reader import stored_facts

    if arguments.diff_known_at and arguments.known_at:
        raise BadUsage("--known-at and --diff-known-at exclude each other.")
    with open_store(console.settings(arguments.store)) as store, stored_facts(store.conninfo) as source:
        question = question_of(arguments, zone=source.zone)
        rows, total = _rows(source, question, arguments, console)
        events = _events(store, rows) if arguments.events else []
    told = [{name: plain(value) for name, value in row.items()} for row in rows.iter_rows(named=True)]
    if arguments.format == "json":
        document = {"total": total, "offset": arguments.offset, "rows": told}
        console.document({**document, "events": events} if arguments.events else document)
        return 0
    show(told, arguments.format, console, columns=_columns(rows))
    if arguments.events:
        show(events, arguments.format, console, columns=("position", "stream", "topic", "state"))
    if arguments.format == "table":
        console.note(f"{len(told)} of {total} rows, from row {arguments.offset}.")
    return 0


def _rows(
    source: "FactSource", question: "Question", arguments: argparse.Namespace, console: Console
) -> "tuple[pl.DataFrame, int]":
    from projections.metrics.difference import difference_known_at
    from projections.metrics.explain import explain

    if arguments.diff_known_at:
        moments = [moment_in(given, zone=source.zone) for given in arguments.diff_known_at]
        changed = difference_known_at(source, question, *filter(None, moments), now=console.clock())
        return changed.slice(arguments.offset, arguments.limit), changed.height
    page = explain(source, question, now=console.clock(), offset=arguments.offset, limit=arguments.limit)
    return page.rows, page.total


def _columns(rows: "pl.DataFrame") -> tuple[str, ...]:
    """All but the other stream that rows looked at, where none did."""
    looked = rows["other_stream"].null_count() < rows.height
    return tuple(name for name in rows.columns if looked or name != "other_stream")


def _events(store: "Store", rows: "pl.DataFrame") -> list[dict[str, Any]]:
    streams = rows["stream"].unique(maintain_order=True).to_list()
    upto = int(rows["last_position"].max() or 0)  # type: ignore[arg-type]  # positions are integers
    with store.log() as log:
        told = log.read_streams(streams, upto) if streams else log.read(0, 0)
    return [
        {
            "position": event["position"],
            "stream": event["originator_id"],
            "topic": event["topic"],
            "state": json.loads(event["state"]),
        }
        for event in told.iter_rows(named=True)
    ]


def plain(value: Any) -> Any:
    """A cell as JSON has it: times as text, exact numbers as numbers."""
    from datetime import date
    from decimal import Decimal

    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
