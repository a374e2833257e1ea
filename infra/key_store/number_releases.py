"""The releases that the log tells of, entered in the key store many at a time."""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection

from infra.key_store.pseudonyms import END_TOMBSTONE, INSERT_RELEASE
from infra.key_store.store import KeyStore

# Of a number of which nobody is left there is nothing to know.
SELECT_UNKNOWN = """
select distinct replace(coalesce(own.pseudonym, told.owner)::text, '-', ''), told.released_at
from unnest(%s::text[]::uuid[], %s::timestamptz[]) as told (owner, released_at)
left join number_release own on own.next = told.owner
where exists (select from alias a where a.pseudonym = coalesce(own.pseudonym, told.owner))
    and not exists (
        select
        from number_release r
        where r.pseudonym = coalesce(own.pseudonym, told.owner) and r.released_at = told.released_at
    )
order by 2, 1
"""


class Release(NamedTuple):
    """Whoever is known by the pseudonym gave the number back then."""

    pseudonym: str
    released_at: datetime


def enter_releases(keys: KeyStore, told: Sequence[Release]) -> int:
    """Do for each what `KeyStore.release` does, in one transaction; answers how many were new.

    Those of a number whose every owner was erased are left out. Nobody waits if there is nothing new.
    """
    with keys.while_nobody_is_erased() as connection:
        if not _unknown(connection, told):
            return 0
    with keys.alone() as connection, connection.cursor() as cursor:
        new = _unknown(connection, told)
        cursor.executemany(INSERT_RELEASE, [(*release, os.urandom(16).hex()) for release in new])
        cursor.executemany(END_TOMBSTONE, [release._asdict() for release in new])
    return len(new)


def _unknown(connection: Connection[Any], told: Sequence[Release]) -> list[Release]:
    """By the first pseudonym of each number, the earliest first."""
    owners, moments = [one.pseudonym for one in told], [one.released_at for one in told]
    return [Release(*row) for row in connection.execute(SELECT_UNKNOWN, (owners, moments)).fetchall()]
