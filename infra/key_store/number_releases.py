"""Which of the releases that the log tells of are not known to the key store yet."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from infra.key_store.store import KeyStore

# Of a number of which nobody is left there is nothing to know.
SELECT_UNKNOWN = """
select replace(told.owner::text, '-', ''), told.released_at
from unnest(%s::text[]::uuid[], %s::timestamptz[]) with ordinality as told (owner, released_at, place)
left join number_release own on own.next = told.owner
where exists (select from alias a where a.pseudonym = coalesce(own.pseudonym, told.owner))
    and not exists (
        select
        from number_release r
        where r.pseudonym = coalesce(own.pseudonym, told.owner) and r.released_at = told.released_at
    )
order by told.place
"""


class Release(NamedTuple):
    """Whoever is known by the pseudonym gave the number back then."""

    pseudonym: str
    released_at: datetime


def unknown_releases(keys: KeyStore, told: Sequence[Release]) -> list[Release]:
    """Those that are to be entered with `KeyStore.release`, in their order."""
    if not told:
        return []
    owners, moments = zip(*told, strict=True)
    with keys.while_nobody_is_erased() as connection:
        found = connection.execute(SELECT_UNKNOWN, (list(owners), list(moments))).fetchall()
    return [Release(*row) for row in found]
