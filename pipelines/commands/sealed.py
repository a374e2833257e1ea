"""`kefu sealed [list|seal|verify|drop]`: closed ranges of the log as Parquet, which may go at any time."""

import argparse
from typing import TYPE_CHECKING, Any

from pipelines.commands.usage import Failed
from pipelines.console import Console

if TYPE_CHECKING:
    from projections.segments.verify import Found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(format="table")
    actions = parser.add_subparsers(dest="action", metavar="list|seal|verify|drop")
    listing = actions.add_parser("list", help="show every range (what `kefu sealed` alone does)")
    listing.add_argument("--format", choices=("table", "json"), default="table")
    seal = actions.add_parser("seal", help="seal every closed range of the log")
    seal.add_argument("--upto", type=int, metavar="POSITION", help="no further than here")
    seal.add_argument("--span", type=_span, metavar="POSITIONS", help="how long a range is (default 250000)")
    verify = actions.add_parser("verify", help="read every file again and compare hashes and counts")
    verify.add_argument("--against-log", action="store_true", help="compare every event with the log too")
    actions.add_parser("drop", help="take every range away")


def run(arguments: argparse.Namespace, console: Console) -> int:
    actions = {None: _list, "list": _list, "seal": _seal, "verify": _verify, "drop": _drop}
    return actions[arguments.action](arguments, console)


def _span(text: str) -> int:
    if not (text.isdecimal() and 1_000 <= int(text) <= 10_000_000):
        raise argparse.ArgumentTypeError(f"is {text!r}; a range has 1000 to 10000000 positions")
    return int(text)


def _list(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.commands.tables import print_table
    from pipelines.stores import open_store
    from projections.segments.folder import segments_folder
    from projections.segments.verify import listed

    with open_store(console.settings(arguments.store)) as store:
        rows = [_row(one) for one in listed(store.conninfo, segments_folder(store.settings))]
    if arguments.format == "json":
        console.document(rows)
    else:
        print_table(rows, console, columns=("after", "upto", "events", "files", "bytes", "state"))
    return 0


def _row(found: "Found") -> dict[str, Any]:
    manifest = found.manifest
    after, upto = map(int, found.folder.name.split("-"))
    return {
        "after": after,
        "upto": upto,
        "events": None if manifest is None else manifest.events,
        "files": None if manifest is None else len(manifest.files),
        "bytes": None if manifest is None else manifest.bytes,
        "state": "sealed" if found.problem is None else "not used",
    }


def _seal(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.positions import positions_done
    from pipelines.stores import open_store
    from projections.runner.projector import Progress
    from projections.segments.folder import segments_folder
    from projections.segments.seal import SPAN, seal

    span = arguments.span or SPAN
    settings = console.settings(arguments.store)
    with open_store(settings) as store, positions_done("seal", console.stderr) as progress:
        done = seal(
            store.conninfo,
            segments_folder(settings),
            upto=arguments.upto,
            span=span,
            progress=progress and (lambda at, last: progress(Progress(position=at, highest=last))),
        )
    console.say(
        f"Sealed up to position {done.upto:,}: {done.events:,} events in {done.ranges} new "
        f"{'range' if done.ranges == 1 else 'ranges'} of {span:,} positions."
    )
    return 0


def _verify(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.stores import open_store
    from projections.segments.folder import segments_folder
    from projections.segments.verify import verify

    events = ranges = 0
    problems = []
    with open_store(console.settings(arguments.store)) as store:
        folder = segments_folder(store.settings)
        for one in verify(store.conninfo, folder, against_log=arguments.against_log):
            ranges += 1
            events += one.manifest.events if one.manifest and not one.problem else 0
            problems += [f"{one.folder}: {one.problem}"] if one.problem else []
    if problems:
        raise Failed(
            f"{len(problems)} of {ranges} sealed ranges are not read: {'; '.join(problems)}; "
            "kefu sealed seal makes them again."
        )
    than = " and the log tells the same" if arguments.against_log else ""
    console.say(f"{ranges} sealed ranges with {events:,} events are as they were written{than}.")
    return 0


def _drop(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.stores import open_store
    from projections.segments.folder import drop, segments_folder

    with open_store(console.settings(arguments.store)) as store:
        dropped = drop(segments_folder(store.settings))
    console.say(f"Sealed ranges taken away: {dropped}. Rebuilds and questions read the log.")
    return 0
