"""`kefu rules broken`: which rules the imported history breaks; it is recorded all the same."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipelines.commands.usage import whole_number
from pipelines.console import Console

if TYPE_CHECKING:
    from domain.broken_rules import BrokenRule
    from pipelines.broken_rules import Findings, Stretch

SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--after", type=whole_number, default=0, metavar="P", help="only what was told after position P"
    )
    parser.add_argument("--upto", type=whole_number, metavar="P", help="the log up to P (default: all of it)")
    parser.add_argument(
        "--limit", type=whole_number, default=SHOWN, metavar="N", help=f"list so many (default {SHOWN})"
    )
    parser.add_argument("--format", choices=("table", "json"), default="table", help="how to print")


def run(arguments: argparse.Namespace, console: Console) -> None:
    from pipelines.broken_rules import Stretch, find_broken_rules
    from pipelines.stores import open_store

    with open_store(console.settings(arguments.store)) as store:
        with store.log() as log:
            upto = log.highest() if arguments.upto is None else min(arguments.upto, log.highest())
        stretch = Stretch(after=arguments.after, upto=upto)
        with positions_looked_at(stretch, console) as on_position:
            findings = find_broken_rules(
                store, stretch, list_at_most=arguments.limit, on_position=on_position
            )
    if arguments.format == "json":
        console.document(as_document(findings))
        return
    for line in lines_of(findings) or [f"No rule is broken; {_looked_at(findings)}."]:
        console.say(line)


def lines_of(findings: "Findings") -> list[str]:
    """The counts by rule, the first cases, and what was not looked at; nothing where all is well."""
    lines = []
    if findings.broken:
        counts = ", ".join(f"{rule} {count:,}" for rule, count in findings.rules.most_common())
        lines.append(f"Recorded, and breaking rules: {counts}; {_looked_at(findings)}.")
        lines += [f"  {_case(one)}" for one in findings.listed]
        more = findings.broken - len(findings.listed)
        lines += [f"  … and {more:,} more; kefu rules broken --limit lists them."] if more else []
    if not findings.is_complete:
        lines.append(
            f"Rules were looked at up to position {findings.looked_upto:,} of {findings.stretch.upto:,}; "
            f"kefu rules broken --after {findings.stretch.after} looks at all."
        )
    return lines


def as_document(findings: "Findings") -> dict[str, Any]:
    """The findings as plain data."""
    return {
        "after": findings.stretch.after,
        "upto": findings.stretch.upto,
        "looked_upto": findings.looked_upto,
        "streams": findings.streams,
        "events": findings.events,
        "broken": findings.broken,
        "rules": dict(findings.rules.most_common()),
        "first": [
            {
                "stream": one.originator_id,
                "version": one.version,
                "topic": one.topic,
                "occurred_at": one.occurred_at.isoformat(),
                "rule": one.rule,
                "says": str(one.refusal),
            }
            for one in findings.listed
        ],
    }


def _looked_at(findings: "Findings") -> str:
    return f"{findings.events:,} events of {findings.streams:,} streams looked at"


def _case(one: "BrokenRule") -> str:
    return f"{one.originator_id}, version {one.version} ({one.topic}): {one.refusal}"


@contextmanager
def positions_looked_at(stretch: "Stretch", console: Console) -> Iterator[Callable[[int], None]]:
    """A bar over the positions, on a terminal only."""
    from pipelines.broken_rules import ignore_position

    if not console.stderr.isatty():
        yield ignore_position
        return
    from rich.console import Console as Terminal
    from rich.progress import Progress

    with Progress(console=Terminal(file=console.stderr), transient=True) as bar:
        task = bar.add_task("rules", total=stretch.upto - stretch.after)
        yield lambda position: bar.update(task, completed=position - stretch.after)
