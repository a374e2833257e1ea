"""`kefu demo [--once]`: sample files made, ingested, projected and asked, and the API served over them."""

import argparse
import json
import threading
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.commands.sample import proportion, rows_done
from pipelines.commands.usage import whole_number
from pipelines.console import Console

if TYPE_CHECKING:
    from infra.stores import Store
    from pipelines.sample.organisations import Organisation
    from pipelines.sample.request import Request
    from projections.metrics.answer_rows import Answer
    from projections.metrics.source import FactSource

ORGANISATION, YEAR, SEED = "insurer_hotline", 2025, 7
SCALE = Fraction(1, 7)
START, END = date(YEAR, 1, 1), date(YEAR + 1, 1, 1)
ROLE = "service_manager"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do not stay up to serve the API")
    parser.add_argument(
        "--organisation",
        default=ORGANISATION,
        metavar="NAME",
        help=f"whose sample (default {ORGANISATION}; another goes into a store of its own name)",
    )
    parser.add_argument(
        "--scale", type=proportion, default=SCALE, help=f"size of the sample (default {SCALE})"
    )
    parser.add_argument("--host", default="127.0.0.1", help="where the API listens (default 127.0.0.1)")
    parser.add_argument("--port", type=whole_number, default=8000, help="the API's port (default 8000)")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from infra.api_keys import create_key
    from pipelines.commands.refresh import refresh
    from pipelines.sample.request import Request
    from pipelines.sample.write import check_request, find_organisation
    from pipelines.stores import open_store
    from projections.runner.operate import project
    from projections.storage.reader import stored_facts
    from projections.views import VIEWS

    organisation = find_organisation(arguments.organisation)
    out = "demo"
    if organisation.name != ORGANISATION:
        # One organisation per store.
        arguments.store = arguments.store or organisation.name
        out = f"demo_{organisation.name}"
        console.say(f"In the store {arguments.store}: export KEFU_STORE={arguments.store} to ask it.")
    settings = console.settings(arguments.store)
    request = Request(year=YEAR, seed=SEED, scale=arguments.scale, out=settings.home / out)
    check_request(organisation, request, now=console.clock())
    with open_store(settings) as store:
        _ingest(store, organisation, request, console)
        position = project(store.conninfo)
        console.say(f"Every fact stands at position {position}.")
        refresh(store.conninfo, VIEWS, asked=organisation.last_day(YEAR), console=console, is_brief=True)
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
    from pipelines.commands.serve import Listening, serve
    from projections.runner.operate import follow

    stop = threading.Event()
    projector = threading.Thread(target=follow, args=(conninfo,), kwargs={"stop": stop.is_set})
    console.stdout.flush()
    projector.start()
    try:
        listening = Listening(host=arguments.host, port=arguments.port)
        serve(listening, store=arguments.store, console=console)
    finally:
        stop.set()
        projector.join()


def _ingest(store: "Store", organisation: "Organisation", request: "Request", console: Console) -> None:
    from pipelines.ingest.compile import read_mapping
    from pipelines.ingest.ingest import ingest
    from pipelines.ingest.reading import open_records
    from pipelines.ingest.report import lines_of
    from pipelines.organisation import settle_organisation
    from pipelines.sample.write import RULES, write_sample

    with rows_done(console.stderr) as on_rows:
        written = list(write_sample(organisation, request, on_rows=on_rows))
    for one in written:
        plan = read_mapping(one.mapping)
        settled = settle_organisation(store, file=request.out / RULES, zone=plan.zone, clock=console.clock)
        if settled:
            console.say(settled)
        account = ingest(open_records(one.path, plan), plan, store=store, clock=console.clock)
        for line in lines_of(account):
            if not line.startswith("  "):
                console.say(line)


def _show_numbers(source: "FactSource", console: Console) -> None:
    """A few numbers worth seeing: the year's, and how each queue did."""
    from pipelines.commands.tables import print_table

    year = [
        {"metric": metric, "definition": one.definition, "value": one.value, "unit": one.unit}
        for metric, definition in OF_THE_YEAR
        for one in _values(source, metric, definition, console=console)
        if one.value is not None
    ]
    console.say()
    console.say(f"The year {YEAR}:")
    print_table(year, console, columns=("metric", "definition", "value", "unit"))
    queues: dict[str | None, dict[str, object]] = {}
    for (metric, definition), label in OF_A_QUEUE.items():
        for one in _values(source, metric, definition, by=("queue",), console=console):
            queues.setdefault(one.by["queue"], {"queue": one.by["queue"]})[label] = one.value
    if queues:
        console.say()
        console.say("How each queue did (service level sl3, 20 seconds):")
        print_table(list(queues.values()), console, columns=("queue", *OF_A_QUEUE.values()))


def _values(
    source: "FactSource",
    metric: str,
    definition: str | None,
    *,
    console: Console,
    by: tuple[str, ...] = (),
) -> "Iterator[Answer]":
    from projections.metrics.answer import answer
    from projections.metrics.question import Question

    question = Question(metric=metric, definition=definition, start=START, end=END, by=by)
    yield from answer(source, question, now=console.clock())


OF_THE_YEAR = (
    ("calls", None),
    ("answer_rate", "line"),
    ("average_talk_seconds", "answered"),
    ("first_contact_resolution", None),
    ("complaints", "count"),
    ("complaints", "closed"),
    ("complaint_rate", "recorded_per_waybills"),
    ("complaint_rate", "recorded_per_copies"),
    ("complaint_rate", "recorded_per_customers"),
    ("complaint_rate", "recorded_per_policies"),
)
OF_A_QUEUE = {
    ("calls", None): "calls",
    ("answer_rate", None): "answered",
    ("service_level", "sl3"): "within 20 s",
    ("average_speed_of_answer", None): "wait s",
}


QUERY = (
    f'{{ metrics(metric: "service_level", definition: "sl3", from: "{START}", to: "{END}", '
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
