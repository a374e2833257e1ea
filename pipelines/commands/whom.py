"""Who is meant by a customer id, a phone number, an identity number or a source's own id."""

import argparse
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipelines.commands.usage import BadUsage, Failed

if TYPE_CHECKING:
    from infra.stores import Store

LISTED = 5


class Meant(NamedTuple):
    """Customer ids of one person, or anonymous streams of a caller without one; neither: erased before.

    `marks`: somebody of whom there is nothing but rejected rows, which carry one of them.
    """

    customers: frozenset[str]
    streams: frozenset[str] = frozenset()
    marks: frozenset[bytes] = frozenset()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("customer", nargs="?", metavar="CUSTOMER", help="a customer id, as events name it")
    parser.add_argument("--phone", metavar="NUMBER", help="whoever this phone number was told of")
    parser.add_argument("--id-number", metavar="NUMBER", help="whoever this identity number was told of")
    parser.add_argument("--issuer", help="with --id: the issuer that a mapping names for a personal id")
    parser.add_argument(
        "--id", metavar="ID", dest="personal_id", help="a personal id as its source writes it"
    )


def check_arguments(arguments: argparse.Namespace) -> None:
    """Exactly one way of saying who is meant."""
    by_id = (arguments.issuer is not None) + (arguments.personal_id is not None)
    ways = [arguments.customer, arguments.phone, arguments.id_number, True if by_id else None]
    if by_id == 1 or sum(way is not None for way in ways) != 1:
        raise BadUsage("name one person: CUSTOMER, --phone, --id-number, or --issuer with --id.")


def find(store: "Store", arguments: argparse.Namespace) -> Meant:
    """The one person that the arguments mean; Failed if nobody is, or several are."""
    check_arguments(arguments)
    if arguments.customer is not None:
        return _by_customer(store, arguments.customer)
    if arguments.personal_id is not None:
        return _by_personal_id(store, arguments.issuer, arguments.personal_id)
    if arguments.phone is not None:
        return _by_text(store, "phone", arguments.phone)
    return _by_text(store, "id_number", arguments.id_number)


def _by_customer(store: "Store", asked: str) -> Meant:
    from infra.erasing import is_known_customer
    from infra.forgetting import is_customer

    customer = asked.removeprefix("customer-")
    if not is_customer(customer):
        raise BadUsage(f"{asked!r} is no customer; give an id as customer_id holds it, such as crm:17.")
    if not is_known_customer(store, customer):
        raise Failed(f"store {store.settings.store} knows no customer {customer!r}; nothing was done.")
    return Meant(customers=frozenset({customer}))


def _by_personal_id(store: "Store", issuer: str, personal_id: str) -> Meant:
    from infra.key_store.pseudonyms import PERSON_ISSUER

    owners = store.keys.owners(issuer, personal_id)
    if owners:
        # Of a number that changed hands, whoever has it now is meant.
        return Meant(customers=frozenset({PERSON_ISSUER + owners[0]}))
    if store.keys.is_buried(issuer, personal_id):
        return Meant(customers=frozenset())
    return _of_rejected_rows(
        store,
        store.keys.alias_hashes(issuer, [personal_id]),
        otherwise=f"store {store.settings.store} knows no such id of issuer {issuer!r}; nothing was done.",
    )


def _by_text(store: "Store", kind: str, text: str) -> Meant:
    from infra.event_store.persons import CUSTOMER, customers_of
    from infra.forgetting import is_customer

    found = store.keys.find(kind, text)
    named = {one.removeprefix(CUSTOMER) for one in found if is_customer(one) or one.startswith(CUSTOMER)}
    streams = {one for one in found if not is_customer(one) and not one.startswith(CUSTOMER)}
    with store.connect() as connection:
        by_stream = customers_of(connection, streams)
    named = named.union(*by_stream.values())
    if not named and not streams:
        return _of_rejected_rows(
            store,
            [term for term in store.keys.terms(kind, [text]) if term is not None],
            otherwise=f"nobody in store {store.settings.store} is found by this number; nothing was done.",
        )
    if named:
        return Meant(customers=_one_person(store, named))
    return Meant(customers=frozenset(), streams=frozenset(streams))


def _of_rejected_rows(store: "Store", marks: Sequence[bytes], *, otherwise: str) -> Meant:
    if not store.keys.rejected(marks):
        raise Failed(otherwise)
    return Meant(customers=frozenset(), marks=frozenset(marks))


def _one_person(store: "Store", customers: Collection[str]) -> frozenset[str]:
    """The customers, if all of them are linked; several persons may share a phone."""
    from infra.event_store.persons import same_person

    with store.connect() as connection:
        linked = same_person(connection, [min(customers)])
    if not linked.issuperset(customers):
        shown = ", ".join(sorted(customers)[:LISTED]) + (", …" if len(customers) > LISTED else "")
        raise Failed(f"this number is that of several persons: {shown}; name the one who is meant by id.")
    return frozenset(customers)
