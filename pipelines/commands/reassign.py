"""`kefu reassign --issuer I --id N --from DATE`: an erased person's number belongs to somebody else now."""

import argparse
from datetime import date, datetime
from typing import TYPE_CHECKING

from pipelines.commands.usage import Failed, day_or_moment
from pipelines.console import Console

if TYPE_CHECKING:
    from infra.stores import Store


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--issuer", required=True, help="the issuer that a mapping names for the personal id")
    parser.add_argument(
        "--id", required=True, dest="personal_id", metavar="ID", help="as its source writes it"
    )
    parser.add_argument(
        "--from",
        required=True,
        dest="since",
        type=day_or_moment,
        metavar="DATE",
        help="the new owner's first day",
    )
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(arguments: argparse.Namespace, console: Console) -> int:
    from infra.key_store.pseudonyms import PERSON_ISSUER
    from pipelines.stores import open_store

    with open_store(console.settings(arguments.store)) as store:
        since = _moment(store, arguments.since, console)
        made = store.keys.reassign(arguments.issuer, arguments.personal_id, since)
    if made is None:
        raise Failed(
            "nobody who was erased had this id at that time, or somebody has it now; where a number changes "
            "hands, customer.number_released says so."
        )
    customer = PERSON_ISSUER + made
    if arguments.format == "json":
        console.document({"customer": customer, "since": since.isoformat()})
    else:
        console.say(f"From {since.isoformat()} on, this id is that of customer-{customer}.")
    return 0


def _moment(store: "Store", given: date | datetime, console: Console) -> datetime:
    """A day, or a moment without a zone, is meant in the organisation's."""
    from domain.customer_service import CustomerService
    from domain.organisation.state import ORGANISATION_ID
    from domain.streams import ORGANISATION
    from pipelines.commands.questions import moment_in

    clock, protect = console.clock, store.keys.protect
    with CustomerService(store.service_env(), protect=protect, clock=clock) as service:
        rules = service.load(ORGANISATION, ORGANISATION_ID).state
    moment = moment_in(given, zone=rules.zone(on=clock().date()).key)
    assert moment is not None  # noqa: S101 (--from is required)
    return moment
