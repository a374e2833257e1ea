"""`kefu churn train|models|report|why`: who is about to leave, by which model, and why."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipelines.commands import churn_shown
from pipelines.commands.usage import BadUsage, Failed, day, whole_number
from pipelines.console import Console

if TYPE_CHECKING:
    from infra.stores import Store
    from projections.views.churn.training import Trained

SHOWN = (
    *("model", "horizon_days", "examples", "churned", "auc", "lift", "calibration_error"),
    *("back_tests", "worst_back_test_auc", "drifted", "is_calibrated"),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(format="table")
    actions = parser.add_subparsers(dest="action", metavar="train|models|report|why", required=True)
    _add_training(actions.add_parser("train", help="learn models from who left, and say how good they are"))
    for name, what in (
        ("models", "every model that was adopted"),
        ("report", "how those in force are doing"),
    ):
        actions.add_parser(name, help=what).add_argument(
            "--format", choices=("table", "json"), default="table"
        )
    why = actions.add_parser("why", help="every reason of one customer, with its points")
    why.add_argument("customer", metavar="CUSTOMER", help="a customer id, as events name it")
    why.add_argument("--as-of", "--day", type=day, metavar="DATE", help="the day at whose end (default: now)")
    why.add_argument("--format", choices=("table", "json"), default="table")


def _add_training(train: argparse.ArgumentParser) -> None:
    train.add_argument(
        "--cutoffs",
        type=day,
        nargs="+",
        metavar="DATE",
        help="days at whose ends customers are looked at (default: the latest four whose outcome is known)",
    )
    train.add_argument("--horizon", type=whole_number, default=90, metavar="DAYS", help="default 90")
    train.add_argument("--gap", type=whole_number, default=7, metavar="DAYS", help="default 7")
    train.add_argument("--seed", type=whole_number, default=0, help="default 0")
    train.add_argument("--adopt", metavar="NAME", help="have what was learnt score customers, by this name")
    train.add_argument(
        "--valid-from", type=day, metavar="DATE", help="the first day that it scores (default: today)"
    )
    train.add_argument(
        "--report", type=Path, metavar="FILE.html|FOLDER", help="the plots, on one page or as SVG files"
    )
    train.add_argument("--format", choices=("table", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    actions: dict[str, Callable[[argparse.Namespace, Console], None]] = {
        "train": _train,
        "models": churn_shown.show_models,
        "report": churn_shown.show_report,
        "why": churn_shown.show_why,
    }
    actions[arguments.action](arguments, console)
    return 0


def _train(arguments: argparse.Namespace, console: Console) -> None:
    from pipelines.churn_report import write_report
    from pipelines.stores import open_store

    if arguments.valid_from and not arguments.adopt:
        raise BadUsage("--valid-from goes with --adopt NAME.")
    if not arguments.horizon:
        raise BadUsage("--horizon is a day or more.")
    with open_store(console.settings(arguments.store)) as store:
        trained = _trained(store, arguments, console)
        if not trained.models:
            raise Failed(f"{_refusals(trained)}; the rule score stays in force.")
        adopted = _adopted(store, trained, arguments, console)
    written = write_report(trained.models, arguments.report) if arguments.report else []
    _tell(trained, adopted, written, arguments, console)


def _trained(store: "Store", arguments: argparse.Namespace, console: Console) -> "Trained":
    from projections.storage.reader import stored_facts
    from projections.views.churn.training import train

    with stored_facts(store.conninfo) as source, _waiting("training", console.stderr):
        return train(
            source,
            now=console.clock(),
            cutoffs=arguments.cutoffs,
            horizon_days=arguments.horizon,
            gap_days=arguments.gap,
            seed=arguments.seed,
        )


def _refusals(trained: "Trained") -> str:
    reasons = dict.fromkeys(trained.refusals.values())
    kinds = ", ".join(kind.replace("_", " ") for kind in trained.refusals)
    return f"nothing was learnt ({kinds}): {'; '.join(reasons)}"


def _adopted(
    store: "Store", trained: "Trained", arguments: argparse.Namespace, console: Console
) -> list[tuple[str, date]]:
    """Names and first days of the rules that now stand."""
    from pipelines.churn_adoption import TooEarlyToBeKnown, rules_of_models
    from pipelines.organisation import configure, rules_of

    if not arguments.adopt:
        return []
    now = console.clock()
    zone: ZoneInfo = rules_of(store, clock=console.clock).zone(on=now.date())
    valid_from = arguments.valid_from or now.astimezone(zone).date()
    try:
        rules = rules_of_models(trained.models, name=arguments.adopt, valid_from=valid_from)
    except TooEarlyToBeKnown as error:
        raise BadUsage(str(error)) from error
    configure(store, rules, clock=console.clock)
    return [(rule.name, rule.valid_from) for rule in rules]


def _tell(
    trained: "Trained",
    adopted: list[tuple[str, date]],
    written: list[Path],
    arguments: argparse.Namespace,
    console: Console,
) -> None:
    from pipelines.churn_report import DECLARED, report_of
    from pipelines.commands.tables import print_table

    rows = [report_of(model) for model in trained.models]
    if arguments.format == "json":
        names = [{"name": name, "valid_from": first} for name, first in adopted]
        told = {"models": rows, "refusals": dict(trained.refusals), "adopted": names}
        console.document({**told, "written": [str(path) for path in written]})
        return
    print_table(rows, console, columns=SHOWN)
    console.say(f"Cutoffs: {rows[0]['cutoffs']}.")
    for kind, why in trained.refusals.items():
        console.say(f"No {kind.replace('_', ' ')}: {why}.")
    if any(row["history_declared"] for row in rows):
        console.say(DECLARED)
    for name, first in adopted:
        console.say(f"Adopted as {name}: it scores customers from {first} on, once kefu project has read it.")
    for path in written:
        console.say(f"Written: {path}.")


@contextmanager
def _waiting(what: str, stream: IO[str]) -> Iterator[None]:
    """Show on a terminal that something goes on."""
    if not stream.isatty():
        yield
        return
    from rich.console import Console as Terminal

    with Terminal(file=stream).status(f"{what} …"):
        yield
