"""`kefu mapping check M.yaml`: whether a mapping can be used, and what it reads and tells."""

import argparse
from pathlib import Path

from pipelines.console import Console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="check", required=True)
    check = actions.add_parser("check", help="check topics, fields, expressions and zone without a file")
    check.add_argument("mapping", type=Path, metavar="M.yaml")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.ingest.compile import read_mapping

    plan = read_mapping(arguments.mapping)
    console.say(f"{arguments.mapping}: good; records of {plan.source!r} in {plan.zone}.")
    console.say(f"  reads {', '.join(plan.columns)}")
    console.say(f"  keeps apart as personal {', '.join(sorted(plan.personal)) or 'nothing'}")
    for telling in plan.tellings:
        told = ", ".join(telling.fields) or "no fields"
        console.say(f"  tells {telling.event_class.TOPIC} ({told})")
    return 0
