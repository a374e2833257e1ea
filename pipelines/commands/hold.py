"""`kefu hold place|lift|list`: who may not be erased for a reason of law."""

import argparse
from typing import TYPE_CHECKING

from pipelines.commands import whom
from pipelines.commands.usage import BadUsage, Failed
from pipelines.console import Console

if TYPE_CHECKING:
    from infra.stores import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="place|lift|list", required=True)
    place = actions.add_parser("place", help="keep a person from being erased")
    place.add_argument("--reason", required=True, help="why; shown to whoever asks for the erasure")
    lift = actions.add_parser("lift", help="let a person be erased again")
    for action in (place, lift):
        whom.add_arguments(action)
    listing = actions.add_parser("list", help="show every hold that stands")
    for action in (place, lift, listing):
        action.add_argument("--format", choices=("table", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from pipelines.stores import open_store

    if arguments.action == "place" and not arguments.reason.strip():
        raise BadUsage("a hold needs a --reason.")
    act = {"place": _place, "lift": _lift, "list": _list}[arguments.action]
    with open_store(console.settings(arguments.store)) as store:
        act(store, arguments, console)
    return 0


def _place(store: "Store", arguments: argparse.Namespace, console: Console) -> None:
    customers = _customers(store, arguments)
    placed = [store.keys.place_hold(customer, arguments.reason.strip()) for customer in customers]
    told = "is held from now on" if any(placed) else "was held already, for the reason kefu hold list shows"
    _say(customers, told, arguments, console)


def _lift(store: "Store", arguments: argparse.Namespace, console: Console) -> None:
    customers = _customers(store, arguments)
    lifted = [store.keys.lift_hold(customer) for customer in customers]
    if not any(lifted):
        raise BadUsage(f"nothing holds customer-{customers[0]}; kefu hold list shows every hold.")
    _say(customers, "may be erased again", arguments, console)


def _customers(store: "Store", arguments: argparse.Namespace) -> list[str]:
    meant = whom.find(store, arguments)
    if not meant.customers:
        raise Failed("only customers are held, and this is a caller without a customer id, or erased.")
    return sorted(meant.customers)


def _say(customers: list[str], told: str, arguments: argparse.Namespace, console: Console) -> None:
    if arguments.format == "json":
        console.document({"customers": customers, "held": arguments.action == "place"})
    else:
        console.say(f"{', '.join(f'customer-{one}' for one in customers)} {told}.")


def _list(store: "Store", arguments: argparse.Namespace, console: Console) -> None:
    from pipelines.commands.tables import print_table

    rows = [
        {"customer": hold.subject, "since": hold.placed_at.isoformat(), "reason": hold.reason}
        for hold in store.keys.holds()
    ]
    if arguments.format == "json":
        console.document(rows)
    else:
        print_table(rows, console, columns=("customer", "since", "reason"))
