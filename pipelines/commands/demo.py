"""`kefu demo [--once]`: sample files made, ingested, projected and asked, and the API served over them."""

import argparse
import json
import threading
from datetime import date
from typing import TYPE_CHECKING

from pipelines.commands.usage import whole_number
from pipelines.console import Console

if TYPE_CHECKING:
    from infra.stores import Store
    from projections.metrics.source import FactSource

CALLS, SEED = 20_000, 7
LAST_DAY = date(2025, 3, 31)
"""The end of the quarter that every sample covers."""
ROLE = "service_manager"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do not stay up to serve the API")
    parser.add_argument(
        "--calls", type=whole_number, default=CALLS, help=f"size of the sample (default {CALLS})"
    )
    parser.add_argument("--host", default="127.0.0.1", help="where the API listens (default 127.0.0.1)")
    parser.add_argument("--port", type=whole_number, default=8000, help="the API's port (default 8000)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from infra.api_keys import create_key
    from pipelines.commands.refresh import refresh
    from pipelines.stores import open_store
    from projections.runner.operate import project
    from projections.storage.reader import stored_facts

    with open_store(console.settings(arguments.store)) as store:
        _ingest(store, calls=arguments.calls, console=console)
        position = project(store.conninfo)
        console.say(f"Every fact stands at position {position}.")
        refresh(store.conninfo, asked=LAST_DAY, console=console)
        with stored_facts(store.conninfo) as source:
            _show_numbers(source, console)
        with store.connect() as connection:
            key = create_key(connection, role=ROLE, now=console.clock())
    _show_way_in(arguments, key, console)
    if not arguments.once:
        _stay_up(arguments, store.conninfo, console)
    return 0


def _stay_up(arguments: argparse.Namespace, conninfo: str, console: Console) -> None:
    """Serve, with a projector beside it, so that what is told through the API is seen through the API."""
    from pipelines.commands.serve import serve
    from projections.runner.operate import follow

    stop = threading.Event()
    projector = threading.Thread(target=follow, args=(conninfo,), kwargs={"stop": stop.is_set})
    console.stdout.flush()
    projector.start()
    try:
        serve(arguments.host, arguments.port, store=arguments.store, console=console)
    finally:
        stop.set()
        projector.join()


def _ingest(store: "Store", *, calls: int, console: Console) -> None:
    from pipelines.demo.files import write_demo_files
    from pipelines.ingest.compile import read_mapping
    from pipelines.ingest.ingest import ingest
    from pipelines.ingest.reading import open_records
    from pipelines.ingest.report import lines_of
    from pipelines.organisation import settle_organisation

    files = write_demo_files(store.settings.home / "demo", calls=calls, seed=SEED)
    for path, mapping in files.with_mappings():
        plan = read_mapping(mapping)
        settled = settle_organisation(store, file=None, zone=plan.zone, clock=console.clock)
        if settled:
            console.say(settled)
        for line in lines_of(ingest(open_records(path, plan), plan, store=store, clock=console.clock)):
            console.say(line)


def _show_numbers(source: "FactSource", console: Console) -> None:
    """A few numbers worth seeing: how each queue did in the sample's first quarter."""
    from pipelines.commands.tables import print_table
    from projections.metrics.answer import answer
    from projections.metrics.question import Question

    shown = {
        "calls": "calls",
        "answer_rate": "answered",
        "service_level": "within 20 s",
        "average_speed_of_answer": "wait s",
    }
    rows: dict[str | None, dict[str, object]] = {}
    for metric, label in shown.items():
        definition = "sl3" if metric == "service_level" else None
        question = Question(
            metric=metric, definition=definition, start=date(2025, 1, 1), end=date(2025, 4, 1), by=("queue",)
        )
        for one in answer(source, question, now=console.clock()):
            rows.setdefault(one.by["queue"], {"queue": one.by["queue"]})[label] = one.value
    console.say()
    console.say("How each queue did, January to March 2025 (service level sl3, 20 seconds):")
    print_table(list(rows.values()), console, columns=("queue", *shown.values()))


QUERY = (
    '{ metrics(metric: "service_level", definition: "sl3", from: "2025-01-01", to: "2025-04-01", '
    'by: ["queue"]) { dimensions value n } }'
)


def _show_way_in(arguments: argparse.Namespace, key: str, console: Console) -> None:
    address = f"http://{arguments.host}:{arguments.port}/graphql"
    body = json.dumps({"query": QUERY}, separators=(",", ":"))
    console.say()
    console.say(f"API key ({ROLE}, shown once): {key}")
    console.say(f"GraphQL:  {address}")
    console.say("GraphiQL: the same address in a browser; any name, the key as password")
    console.say("Try:")
    console.say(f"  curl -s {address} -H 'X-API-Key: {key}' -H 'Content-Type: application/json' \\")
    console.say(f"       -d '{body}'")
    if arguments.once:
        console.say("kefu serve starts the API.")
