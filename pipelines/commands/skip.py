"""`kefu skip FACT POSITION --reason TEXT`: leave the event that stopped a fact out of it, on record."""

import argparse

from pipelines.commands.usage import BadUsage, whole_number
from pipelines.console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("fact", metavar="FACT", help="the fact that stopped, as kefu status names it")
    parser.add_argument("position", metavar="POSITION", type=whole_number, help="the event it stopped before")
    parser.add_argument("--reason", required=True, help="why it may be left out; kept on record")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.stores import open_store
    from projections.facts import SPECS
    from projections.runner.operate import skip

    if arguments.fact not in SPECS:
        raise BadUsage(f"there is no fact {arguments.fact!r}; there are {', '.join(SPECS)}.")
    with open_store(console.settings(arguments.store)) as store:
        skip(store.conninfo, fact=arguments.fact, position=arguments.position, reason=arguments.reason)
    console.say(f"{arguments.fact} leaves position {arguments.position} out from now on; run kefu project.")
    return 0
