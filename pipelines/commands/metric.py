"""`kefu metric NAME --from D --to D`: a metric's values, as a table, CSV or JSON with all digits."""

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipelines.commands.questions import add_question, question_of
from pipelines.commands.usage import BadUsage, day_or_moment
from pipelines.console import Console

if TYPE_CHECKING:
    from infra.stores import Store
    from projections.metrics.beside import Told
    from projections.metrics.question import Question
    from projections.metrics.source import FactSource

VALUES = ("numerator", "denominator", "value")
COLUMNS = ("unit", "n", "mature", "matures_on", "position")
CHANGES = ("before", "change", "change_unit", "relative_change")
AIMS = ("target", "met", "challenge", "challenge_met", "attainment")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_question(parser)
    parser.add_argument("--fill-gaps", action="store_true", help="show periods without data, too")
    parser.add_argument(
        "--compare",
        choices=("previous", "year"),
        help="beside each value the period before it, or the year before",
    )
    parser.add_argument("--targets", action="store_true", help="beside each value its target, met or missed")
    parser.add_argument(
        "--ruling",
        choices=("then", "today"),
        help="under the definition in force at the time, or today (default: one definition throughout)",
    )
    parser.add_argument(
        "--diff-known-at",
        nargs=2,
        type=day_or_moment,
        metavar=("T1", "T2"),
        help="what was known at T1 and at T2, the difference, and the events that made it",
    )
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.commands.movements import show_movements
    from pipelines.stores import open_store
    from projections.storage.reader import stored_facts

    _check(arguments)
    with open_store(console.settings(arguments.store)) as store, stored_facts(store.conninfo) as source:
        question = replace(question_of(arguments, zone=source.zone), fill_gaps=arguments.fill_gaps)
        if arguments.diff_known_at:
            show_movements(store, source, question, arguments, console)
        else:
            told = _told(source, question, arguments, console)
            rows = [one.as_json() | _history(store, arguments) for one in told]
            show(rows, arguments.format, console, columns=_columns(question, arguments, rows))
            _say_breaks(told, arguments, console)
            if arguments.targets and not any(row["target"] for row in rows):
                _say_periods_aimed(source, question, console)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    beside = arguments.compare or arguments.targets or arguments.ruling
    if arguments.diff_known_at and (arguments.known_at or beside):
        raise BadUsage("--diff-known-at excludes --known-at, --compare, --targets and --ruling.")


def show(rows: list[dict[str, Any]], form: str, console: Console, *, columns: tuple[str, ...]) -> None:
    """Print rows in one of the three forms."""
    from pipelines.commands.tables import print_csv, print_table

    if form == "json":
        console.document(rows)
    elif form == "csv":
        print_csv(rows, console, columns=columns)
    else:
        print_table(rows, console, columns=columns)


def _told(
    source: "FactSource", question: "Question", arguments: argparse.Namespace, console: Console
) -> "list[Told]":
    from projections.metrics.beside import Beside
    from projections.metrics.composites import ask_any

    beside = Beside(
        ruling=arguments.ruling,
        against=arguments.compare,
        targets=arguments.targets,
        breaks=arguments.format != "csv",
    )
    return ask_any(source, question, beside, now=console.clock())


def _columns(
    question: "Question", arguments: argparse.Namespace, rows: list[dict[str, Any]]
) -> tuple[str, ...]:
    """What a table shows; of `score` and `missing` only where the rows have them."""
    from projections.metrics.answer_rows import printed_name

    dimensions = (printed_name(dimension) for dimension in question.by)
    wanted = (*(CHANGES if arguments.compare else ()), *(AIMS if arguments.targets else ()))
    found = tuple(name for name in ("missing", "history") if any(row.get(name) for row in rows))
    return (
        "metric",
        "definition",
        "period_start",
        "period_end",
        *dimensions,
        *VALUES,
        *wanted,
        *found,
        *COLUMNS,
    )


def _history(store: "Store", arguments: argparse.Namespace) -> dict[str, str]:
    """Said of what was known then, where entry times were declared and not measured."""
    if arguments.known_at and store.declared_histories():
        return {"history": "declared"}
    return {}


def _say_periods_aimed(source: "FactSource", question: "Question", console: Console) -> None:
    """Where no target is of what was asked: the periods that have one."""
    from projections.metrics.targets import periods_aimed

    periods = periods_aimed(source, question, now=console.clock())
    known = "; ".join(f"--from {start} --to {end}" for start, end in periods)
    console.note(
        f"No target is of exactly these periods and groups; {question.metric} has {known or 'none'}."
    )


def _say_breaks(told: "list[Told]", arguments: argparse.Namespace, console: Console) -> None:
    if arguments.format != "table":
        return
    for text in dict.fromkeys(text for one in told for text in one.beside.get("breaks", ())):
        console.note(f"Break in the series: {text}.")
