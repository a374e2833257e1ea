"""`kefu rebuild [NAME…]`: build facts and their sums again from the log, beside those that serve."""

import argparse

from pipelines.commands.usage import BadUsage
from pipelines.console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="facts, all of them by default")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.positions import positions_done
    from pipelines.stores import open_store
    from projections.facts import SPECS
    from projections.runner.rebuild import rebuild

    unknown = [name for name in arguments.names if name not in SPECS]
    if unknown:
        raise BadUsage(f"there is no fact {unknown[0]!r}; there are {', '.join(SPECS)}.")
    settings = console.settings(arguments.store)
    with open_store(settings) as store, positions_done("rebuild", console.stderr) as progress:
        position = rebuild(store.conninfo, arguments.names, progress=progress)
    console.say(f"{', '.join(arguments.names) or 'Every fact'} rebuilt up to position {position}.")
    return 0
