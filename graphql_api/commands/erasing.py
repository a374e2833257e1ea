"""A customer erased over GraphQL as `kefu erase` does: told to the log, and destroyed in the key store."""

from collections.abc import Collection
from dataclasses import dataclass

from domain.command_application import check_stream
from domain.customer.commands import EraseCustomer
from domain.customer_service import CustomerService, Outcome
from domain.envelope import short_id
from domain.errors import DomainError
from infra.erasing import erase_person, is_known_customer
from infra.event_store.persons import CUSTOMER
from infra.key_store import UnderLegalHoldError
from infra.stores import Store


@dataclass(kw_only=True)
class CustomerIsUnknown(DomainError):
    """Only a customer of whom anything is known is erased."""

    originator_id: str


@dataclass(kw_only=True)
class UnderLegalHold(DomainError):
    """Nobody is erased whom a legal hold keeps, nor whoever is the same person: lift it first."""

    originator_id: str
    held: tuple[str, ...]


def erase_customer(
    store: Store, service: CustomerService, command: EraseCustomer, *, idempotency_key: str
) -> Outcome:
    """Forget the customer and whoever is the same person; the outcome is that of the customer named.

    Everything that can refuse is asked first: once the key store is asked to forget, nothing takes it back.
    Told again under the same key, it finishes what a crash left.
    """
    check_stream(command)
    service.recognise(command, idempotency_key=idempotency_key)
    customer = short_id(command.originator_id)
    if not is_known_customer(store, customer):
        raise CustomerIsUnknown(originator_id=command.originator_id)
    outcomes: dict[str, Outcome] = {}

    def tell(person: Collection[str]) -> int:
        for one in sorted({*person} - outcomes.keys()):
            key = idempotency_key if one == customer else f"{idempotency_key} {one}"
            told = EraseCustomer(originator_id=CUSTOMER + one)
            outcomes[one] = service.erase_customer(told, idempotency_key=key)
        return sum(len(outcome.events) for outcome in outcomes.values() if outcome.status == "done")

    try:
        erase_person(store, [customer], tell=tell)
    except UnderLegalHoldError as error:
        held = tuple(hold.subject for hold in error.holds)
        raise UnderLegalHold(originator_id=command.originator_id, held=held) from error
    return outcomes[customer]
