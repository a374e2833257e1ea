"""`kefu due`: tell what fell due, each at its due moment, however long nobody asked."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipelines.console import Console

if TYPE_CHECKING:
    from pipelines.due import DueAccount


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help="how to print the account"
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.due import settle_due
    from pipelines.stores import open_store

    with open_store(console.settings(arguments.store)) as store, streams_asked(console) as on_stream:
        account = settle_due(store, clock=console.clock, on_stream=on_stream)
    if arguments.format == "json":
        console.document(as_document(account))
    else:
        _say(account, console)
    return 1 if account.refused else 0


def as_document(account: "DueAccount") -> dict[str, object]:
    """The account as one JSON document."""
    return {
        "asked": account.asked,
        "told": dict(sorted(account.told.items())),
        "refused": account.refused,
        "refusals": account.refusals,
    }


def _say(account: "DueAccount", console: Console) -> None:
    told = ", ".join(f"{count} {topic}" for topic, count in sorted(account.told.items())) or "nothing"
    console.say(f"{account.asked} streams asked; told: {told}.")
    for refusal in account.refusals:
        console.note(f"kefu: not settled: {refusal}")
    if account.refused > len(account.refusals):
        console.note(f"kefu: and {account.refused - len(account.refusals)} more.")


@contextmanager
def streams_asked(console: Console) -> Iterator[Callable[[str], None]]:
    """A count of the streams asked, on a terminal only."""
    from pipelines.due import ignore_stream

    if not console.stderr.isatty():
        yield ignore_stream
        return
    from rich.console import Console as Terminal
    from rich.progress import Progress

    with Progress(console=Terminal(file=console.stderr), transient=True) as bar:
        task = bar.add_task("due", total=None)
        yield lambda _: bar.advance(task)
