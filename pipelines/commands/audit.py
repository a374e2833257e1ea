"""`kefu audit NAME FIGURE …`, or `--figures FILE`: what reproduces a printed figure, or the nearest hint."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.commands.questions import moment_in, where_of
from pipelines.commands.usage import BadUsage, day, day_or_moment, whole_number
from pipelines.console import Console

if TYPE_CHECKING:
    from projections.metrics.audit.statements import Figure, Statement

COLUMNS = ("figure", "verdict", "computed", "how", "hint")
CLAIMS = (
    *("value", "rest", "numerator", "denominator", "share_of", "per_day"),
    *("change", "change_per_day", "relative_change", "target"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="the metric, for instance service_level")
    parser.add_argument("figure", nargs="*", metavar="FIGURE", help='as printed, for instance "84.42 %%"')
    parser.add_argument("--figures", type=Path, metavar="FILE.yaml", help="figures and statements of a file")
    parser.add_argument("--from", dest="start", type=day, metavar="D", help="first day")
    parser.add_argument("--to", dest="end", type=day, metavar="D", help="day after the last")
    parser.add_argument(
        "--definition",
        metavar="ID",
        help="which definition it is said to be, or unstated (default: the first)",
    )
    parser.add_argument(
        "--as", dest="claim", choices=CLAIMS, default="value", help="what the figure is of it"
    )
    for name, told in (("where", "keep one value"), ("whole", "the whole of a share_of")):
        parser.add_argument(
            f"--{name}", action="append", default=[], metavar="DIM=VALUE", help=f"{told}; repeatable"
        )
    parser.add_argument(
        "--since",
        choices=("year_before", "period_before"),
        default="year_before",
        help="what a change is from (default: the same days of the year before)",
    )
    parser.add_argument("--before", metavar="FIGURE", help="what is printed of the time before a change")
    parser.add_argument("--change", metavar="FIGURE", help="a printed change since the time before")
    parser.add_argument(
        "--grain", choices=("month", "quarter"), help="the figures are those of consecutive periods"
    )
    parser.add_argument("--as-of", type=day_or_moment, metavar="T", help="only what had happened before T")
    parser.add_argument(
        "--known-at", type=day_or_moment, metavar="T", help="only what was on record before T"
    )
    parser.add_argument("--position", type=whole_number, metavar="P", help="only the log up to P")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.commands.metric import show
    from pipelines.stores import open_store
    from projections.metrics.audit.audit import audit
    from projections.storage.reader import stored_facts

    printed = list(_printed(arguments))
    with open_store(console.settings(arguments.store)) as store, stored_facts(store.conninfo) as source:
        findings = [
            audit(
                source,
                one,
                now=console.clock(),
                as_of=moment_in(arguments.as_of, zone=source.zone),
                known_at=moment_in(arguments.known_at, zone=source.zone),
                position=arguments.position,
            )
            for one in printed
        ]
    show([one.as_json() for one in findings], arguments.format, console, columns=COLUMNS)
    return 0


def _printed(arguments: argparse.Namespace) -> "Iterator[Figure | Statement]":
    from pipelines.figures_file import read_figures
    from projections.metrics.audit.statements import Figure

    if arguments.figures is not None and arguments.name is None:
        yield from read_figures(arguments.figures)
        return
    if arguments.figures is not None or not arguments.figure:
        raise BadUsage("kefu audit needs the name of a metric and a figure, or --figures FILE.yaml alone.")
    if arguments.start is None or arguments.end is None:
        raise BadUsage("kefu audit needs --from and --to: the time that the figure is of.")
    words = _joined(arguments.figure)
    for text in [", ".join(words)] if arguments.grain else words:
        yield Figure(
            figure=text,
            metric=arguments.name,
            definition=arguments.definition,
            start=arguments.start,
            end=arguments.end,
            where=where_of(arguments.where),
            claim=arguments.claim,
            whole=where_of(arguments.whole),
            since=arguments.since,
            before=arguments.before,
            change=arguments.change,
            grain=arguments.grain,
        )


def _joined(words: list[str]) -> list[str]:
    """Figures as they were meant: a word without a digit, such as %, goes with the one before it."""
    figures: list[str] = []
    for word in words:
        if figures and not any(map(str.isdigit, word)):
            figures[-1] += f" {word}"
        else:
            figures.append(word)
    return figures
