"""`kefu metric NAME --from D --to D`: a metric's values, as a table, CSV or JSON with all digits."""

import argparse
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipelines.commands.questions import add_question, moment_in, question_of
from pipelines.commands.usage import BadUsage, day_or_moment
from pipelines.console import Console

if TYPE_CHECKING:
    from projections.metrics.answer_rows import Answer
    from projections.metrics.question import Question
    from projections.metrics.source import FactSource

VALUES = ("numerator", "denominator", "value")
COLUMNS = ("unit", "n", "mature", "matures_on", "position")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_question(parser)
    parser.add_argument(
        "--diff-known-at",
        nargs=2,
        type=day_or_moment,
        metavar=("T1", "T2"),
        help="what was known at T1 and at T2, and the difference",
    )
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.stores import open_store
    from projections.metrics.answer_rows import printed_name
    from projections.storage.reader import stored_facts

    if arguments.diff_known_at and arguments.known_at:
        raise BadUsage("--known-at and --diff-known-at exclude each other.")
    with open_store(console.settings(arguments.store)) as store, stored_facts(store.conninfo) as source:
        question = question_of(arguments, zone=source.zone)
        if arguments.diff_known_at:
            rows = _differences(source, question, arguments.diff_known_at, console)
            values: tuple[str, ...] = tuple(f"{name}_{at}" for at in ("before", "after") for name in VALUES)
            values = (*values, "difference")
        else:
            rows = [one.as_json() for one in _answers(source, question, console)]
            values = VALUES
    dimensions = (printed_name(dimension) for dimension in question.by)
    columns = ("metric", "definition", "period_start", "period_end", *dimensions, *values, *COLUMNS)
    show(rows, arguments.format, console, columns=columns)
    return 0


def show(rows: list[dict[str, Any]], form: str, console: Console, *, columns: tuple[str, ...]) -> None:
    """Print rows in one of the three forms."""
    from pipelines.commands.tables import print_csv, print_table

    if form == "json":
        console.document(rows)
    elif form == "csv":
        print_csv(rows, console, columns=columns)
    else:
        print_table(rows, console, columns=columns)


def _answers(source: "FactSource", question: "Question", console: Console) -> "list[Answer]":
    from projections.metrics.answer import answer

    return answer(source, question, now=console.clock())


def _differences(
    source: "FactSource", question: "Question", moments: Iterable[Any], console: Console
) -> list[dict[str, Any]]:
    """Each period and group as it was known at two moments; a null on either side has no difference."""
    first, second = (moment_in(moment, zone=source.zone) for moment in moments)
    before = _answers(source, replace(question, known_at=first), console)
    after = _answers(source, replace(question, known_at=second), console)
    old = {_place(one): one for one in before}
    new = {_place(one): one for one in after}
    return [_difference(old.get(place), new.get(place)) for place in {**old, **new}]


def _place(one: "Answer") -> tuple[Any, ...]:
    return one.period_start, *one.by.values()


def _difference(before: "Answer | None", after: "Answer | None") -> dict[str, Any]:
    known = after or before
    row = known.as_json() if known else {}
    for name in VALUES:
        row.pop(name, None)
        row[f"{name}_before"] = getattr(before, name, None)
        row[f"{name}_after"] = getattr(after, name, None)
    both = row["value_before"], row["value_after"]
    row["difference"] = None if None in both else both[1] - both[0]
    return row
