"""`kefu inbox [--once|--follow]`: take what was dropped into the inbox, each file once, with a receipt."""

import argparse
import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.usage import whole_number
from pipelines.console import Console

if TYPE_CHECKING:
    from pipelines.inbox.folders import Inbox
    from pipelines.inbox.taking import Taken

SETTLING_SECONDS = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help="take what is there and end (default)")
    how.add_argument("--follow", action="store_true", help="stay up and take what comes")
    parser.add_argument(
        "--inbox", type=Path, metavar="DIR", help="the folder, with one folder in it for each mapping"
    )
    parser.add_argument(
        "--settle",
        type=whole_number,
        default=SETTLING_SECONDS,
        metavar="SECONDS",
        help=f"how long a file must lie unchanged before it is whole (default {SETTLING_SECONDS})",
    )
    parser.add_argument(
        "--format",
        choices=("table", "json"),
        default="table",
        help="how to print; json is one document, with --follow one line for each file",
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.inbox.folders import own_inbox

    inbox = own_inbox(
        console.settings(arguments.store),
        root=arguments.inbox.absolute() if arguments.inbox else None,
        settling=timedelta(seconds=arguments.settle),
    )
    return _follow(arguments, console, inbox) if arguments.follow else _once(arguments, console, inbox)


def _once(arguments: argparse.Namespace, console: Console, inbox: "Inbox") -> int:
    from pipelines.inbox.rounds import take_all
    from pipelines.stores import open_store

    all_taken = []
    for taken in take_all(inbox, opened=lambda: open_store(inbox.settings), clock=console.clock):
        all_taken.append(taken)
        if arguments.format == "table":
            _show(taken, console)
    look = inbox.look(now=console.clock())
    waiting, stuck = list(map(str, look.waiting)), [str(one.path) for one in look.whole]
    if arguments.format == "json":
        console.document({"files": [_document(taken) for taken in all_taken], "waiting": [*waiting, *stuck]})
    for path in waiting:
        console.note(f"{path} is still being written, or was a moment ago; it is taken when it is whole.")
    for path in stuck:
        console.note(f"{path} was not taken: it came just now, or it may not be moved.")
    for problem in look.strange:
        console.note(f"{inbox.root / problem.name} is not looked into: {problem}")
    if not (all_taken or waiting or stuck):
        console.note(f"Nothing is in {inbox.root}.")
    return 1 if any(taken.receipt.fault for taken in all_taken) else 0


def _follow(arguments: argparse.Namespace, console: Console, inbox: "Inbox") -> int:
    from pipelines.cli import one_line
    from pipelines.commands.project import until_told
    from pipelines.inbox.rounds import follow
    from pipelines.stores import open_store

    with until_told() as stop:
        for taken in follow(inbox, opened=lambda: open_store(inbox.settings), clock=console.clock, stop=stop):
            if isinstance(taken, Exception):
                console.note(f"kefu: {one_line(taken)} The file stays and is taken again.")
            elif arguments.format == "json":
                console.say(json.dumps(_document(taken), ensure_ascii=False))
            else:
                _show(taken, console)
            console.stdout.flush()
    return 0


def _show(taken: "Taken", console: Console) -> None:
    from pipelines.ingest.report import lines_of

    for line in lines_of(taken.account) if taken.account else ():
        console.say(line)
    if broken := taken.receipt.broken_rules:
        counts = ", ".join(f"{rule} {count:,}" for rule, count in broken.items())
        after = (taken.receipt.positions or {}).get("after", 0)
        console.say(f"Recorded, and breaking rules: {counts}; kefu rules broken --after {after} lists them.")
    if taken.receipt.fault:
        console.note(f"kefu: {taken.receipt.fault}")
    console.say(f"Moved to {taken.path}")


def _document(taken: "Taken") -> dict[str, object]:
    import msgspec

    document: dict[str, object] = msgspec.to_builtins(taken.receipt)
    return document
