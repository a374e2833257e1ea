"""A person forgotten in both databases of a store: whoever may tell the log is told whom to tell of."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from infra.event_store.persons import CUSTOMER, is_known, same_person, streams_about
from infra.forgetting import Belongings, belongings, subjects_of
from infra.key_store import Destroyed, Kept
from infra.key_store.pseudonyms import PERSON_ISSUER
from infra.stores import Store

# Tells the log that these customers are erased; answers how many events it took.
Tell = Callable[[Collection[str]], int]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Everybody who is one and the same, by customer id, what is theirs, and what of it is sealed.

    Somebody unknown who called has no customer id, and only streams.
    """

    customers: frozenset[str]
    found: Belongings
    kept: Kept


@dataclass(frozen=True, kw_only=True)
class Erased:
    """An account of one erasure: who, how many events were told for it, and what was destroyed."""

    person: Person
    told: int
    destroyed: Destroyed


def find_person(store: Store, customers: Collection[str], *, streams: Collection[str] = ()) -> Person:
    """Whoever is linked to these customers, and what the key store holds about them all."""
    with store.connect() as connection:
        person = same_person(connection, customers)
        found = belongings(connection, store.keys, person, streams=streams)
    return Person(customers=frozenset(person), found=found, kept=store.keys.kept(found.subjects))


def is_known_customer(store: Store, customer: str) -> bool:
    """Whether anything was ever told or sealed about a customer."""
    if store.keys.erased_among([customer]) or store.keys.having_keys(subjects_of([customer])):
        return True
    with store.connect() as connection:
        return is_known(connection, [CUSTOMER + customer]) or bool(
            streams_about(connection, [customer], issuer=PERSON_ISSUER)
        )


def erase_person(
    store: Store, customers: Collection[str], *, tell: Tell, streams: Collection[str] = ()
) -> Erased:
    """Forget whoever these customers are, under every pseudonym, and the anonymous calls from their phones.

    From the request on nothing is sealed for them; then the log is told, then everything is destroyed. What
    a crash leaves, opening the store finishes. UnderLegalHoldError, and nothing done, if one of them is held.
    """
    told = 0
    person = find_person(store, customers, streams=streams)
    while True:
        store.keys.request_erasure({*person.found.subjects, *person.found.anonymous})
        told += tell(person.customers)
        # A link may have been told in between; none that comes later counts.
        again = find_person(store, customers, streams=streams)
        if again.customers <= person.customers:
            break
        person = again
    destroyed = store.keys.destroy(again.found.subjects, keep=again.found.others)
    return Erased(person=again, told=told, destroyed=destroyed)
