"""People forgotten: told to the log, destroyed in the key store, and both made to agree after a crash."""

from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime

from domain.customer.commands import EraseCustomer
from domain.customer_service import CustomerService
from infra.erasing import Erased, erase_person
from infra.event_store.persons import CUSTOMER
from infra.forgetting import is_customer
from infra.key_store import UnderLegalHoldError
from infra.stores import Store
from pipelines.console import utc_now


def erase(
    store: Store,
    customers: Collection[str],
    *,
    clock: Callable[[], datetime],
    streams: Collection[str] = (),
) -> Erased:
    """Forget whoever these are, as `erase_person` does; what a crash leaves, `reconcile` finishes."""
    return erase_person(
        store, customers, tell=lambda person: _tell(store, person, clock=clock), streams=streams
    )


def reconcile(store: Store, *, clock: Callable[[], datetime] = utc_now) -> None:
    """Make the log and the key store agree on who is erased, whatever was killed or restored.

    Cheap where they agree. Whoever is under a legal hold is left as they are until it is lifted.
    """
    store.forget()
    for customer in sorted(filter(is_customer, store.unfinished_erasures)):
        with suppress(UnderLegalHoldError):
            erase(store, [customer], clock=clock)
    with suppress(UnderLegalHoldError):
        store.keys.destroy(store.keys.unfinished_erasures())
    store.forget()


def _tell(store: Store, customers: Collection[str], *, clock: Callable[[], datetime]) -> int:
    with CustomerService(store.service_env(), protect=store.keys.protect, clock=clock) as service:
        outcomes = [
            service.erase_customer(
                EraseCustomer(originator_id=CUSTOMER + customer),
                idempotency_key=f"{clock().isoformat()} {customer}",
            )
            for customer in sorted(customers)
        ]
    return sum(len(outcome.events) for outcome in outcomes if outcome.status == "done")
