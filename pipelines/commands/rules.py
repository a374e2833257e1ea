"""`kefu rules check|apply|show|broken`: the organisation's rules, from a file into the store and back."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands import broken_rules
from pipelines.commands.usage import BadUsage
from pipelines.console import Console

if TYPE_CHECKING:
    from domain.organisation.rules import RuleBook


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="check|apply|show|broken", required=True)
    check = actions.add_parser("check", help="whether a file of rules can be used; no store is opened")
    check.add_argument("file", type=Path, metavar="FILE")
    apply = actions.add_parser("apply", help="append the rules that do not stand yet")
    apply.add_argument(
        "file", type=Path, metavar="FILE", nargs="?", help="default: KEFU_HOME/<store>/organisation.yaml"
    )
    show = actions.add_parser("show", help="every rule that was ever configured")
    show.add_argument("--format", choices=("table", "json"), default="table")
    broken_rules.add_arguments(
        actions.add_parser("broken", help="what the imported history breaks; it is recorded all the same")
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    actions: dict[str, Callable[[argparse.Namespace, Console], None]] = {
        "check": _check,
        "apply": _apply,
        "show": _show,
        "broken": broken_rules.run,
    }
    actions[arguments.action](arguments, console)
    return 0


def _check(arguments: argparse.Namespace, console: Console) -> None:
    from pipelines.organisation import read_organisation

    rules = read_organisation(arguments.file)
    console.say(f"{arguments.file}: good; {len(rules)} rules.")


def _apply(arguments: argparse.Namespace, console: Console) -> None:
    from pipelines.organisation import configure, own_file, read_organisation
    from pipelines.stores import open_store

    settings = console.settings(arguments.store)
    file = arguments.file or own_file(settings)
    if not file.is_file():
        raise BadUsage(f"there is no file {file}; name one, or write it.")
    rules = read_organisation(file)
    with open_store(settings) as store:
        changed = configure(store, rules, clock=console.clock)
    console.say(f"{changed} of {len(rules)} rules of {file} configured; the others stood already.")


def _show(arguments: argparse.Namespace, console: Console) -> None:
    from pipelines.commands.tables import print_table
    from pipelines.organisation import rules_of
    from pipelines.stores import open_store

    with open_store(console.settings(arguments.store)) as store:
        rows = _rows(rules_of(store, clock=console.clock))
    if arguments.format == "json":
        console.document([{**row, "body": json.loads(row["body"])} for row in rows])
    else:
        print_table(rows, console, columns=("kind", "name", "valid_from", "body"))


def _rows(rules: "RuleBook") -> list[dict[str, str]]:
    return [
        {"kind": kind, "name": name, "valid_from": f"{dated.valid_from}", "body": dated.body}
        for (kind, name), readings in sorted(rules.readings.items())
        for dated in readings
    ]
