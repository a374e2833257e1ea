"""Both databases of a store asked together: what belongs to a person, and whom the log says is erased."""

from collections.abc import Collection
from typing import Any, NamedTuple

from psycopg import Connection

from infra.event_store.persons import (
    CUSTOMER,
    customers_of,
    erased_in_log,
    same_person,
    streams_about,
)
from infra.key_store import KeyStore
from infra.key_store.pseudonyms import PERSON_ISSUER


class Belongings(NamedTuple):
    """Subjects whose keys are a person's, anonymous streams that carry one of the person's phone numbers,
    and which of those turned out to be somebody else's.
    """

    subjects: frozenset[str]
    anonymous: frozenset[str]
    others: frozenset[str]


def subjects_of(customers: Collection[str]) -> set[str]:
    """The two names under which a customer's text may be sealed: the id, and the whole id of the stream."""
    return {*customers, *(CUSTOMER + one for one in customers)}


def belongings(
    connection: Connection[Any], keys: KeyStore, customers: Collection[str], *, streams: Collection[str] = ()
) -> Belongings:
    """What is sealed for these customers, under their ids or under streams that name them, and `streams`."""
    subjects = subjects_of(customers) | set(streams)
    if customers:
        subjects |= keys.having_keys(streams_about(connection, customers, issuer=PERSON_ISSUER))
    anonymous = frozenset(keys.kept(subjects).anonymous)
    others = frozenset(
        stream for stream, named in customers_of(connection, anonymous).items() if named.isdisjoint(customers)
    )
    return Belongings(subjects=frozenset(subjects), anonymous=anonymous - others, others=others)


def destroy_the_erased(connection: Connection[Any], keys: KeyStore) -> set[str]:
    """Destroy what is left of whom the log says is erased; answers whose erasure is not complete.

    Whoever is linked to them goes with them. Who is under a legal hold is left until it is lifted. The
    answer are subjects that the key store knows as erased: the log does not, or something is left of them.
    """
    told = erased_in_log(connection)
    left = told - keys.destroyed()
    if left and (persons := _without_held(connection, keys, same_person(connection, left))):
        found = belongings(connection, keys, persons)
        held = keys.held({*found.subjects, *found.anonymous}).keys()
        keys.request_erasure(found.subjects - held)
        keys.destroy(found.subjects - held, keep=found.others | held)
    untold = {subject for subject in keys.erased() if is_customer(subject)} - told
    return untold | keys.unfinished_erasures()


def _without_held(connection: Connection[Any], keys: KeyStore, customers: set[str]) -> set[str]:
    held = {subject.removeprefix(CUSTOMER) for subject in keys.held(subjects_of(customers))}
    return customers - same_person(connection, held) if held else customers


def is_customer(subject: str) -> bool:
    """Whether a subject is a customer's id, and not the whole id of a stream."""
    return "-" not in subject.partition(":")[0]
