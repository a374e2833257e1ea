"""Personal ids exchanged for pseudonyms, and whose a pseudonym is when its number changed hands."""

import hmac
import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec.json import encode
from psycopg import Connection

from infra.key_store.key_database import KeyDatabase, select_pairs

ALIAS_SECRET = "alias"  # noqa: S105 (the name of a secret)
PERSON_ISSUER = "p:"
"""A customer known by a pseudonym has the id `p:` and 32 hex digits."""

SELECT_ALIASES = """
select alias, replace(pseudonym::text, '-', '')
from alias
where alias = any(%b::bytea[])
"""
# Nothing is made for an id of which every owner was erased.
SELECT_BURIED = "select distinct alias, null from tombstone where alias = any(%b::bytea[])"
INSERT_ALIASES = """
insert into alias (alias, pseudonym)
select * from unnest(%b::bytea[], %b::text[]::uuid[])
on conflict do nothing
"""
HAS_LAPSES = """
select exists (select from number_release)
    or exists (select from tombstone join alias using (alias))
"""
# Each moment at which a number got another owner, or its owner was erased for that time.
SELECT_LAPSES = """
with asked as (
    select alias, pseudonym
    from alias
    where pseudonym = any(%(pseudonyms)s::text[]::uuid[])
),
moment as (
    select pseudonym, alias, released_at as since
    from asked
    join number_release using (pseudonym)
    union
    select a.pseudonym, a.alias, edge.since
    from asked a
    join tombstone t using (alias)
    cross join lateral (values (t.valid_from), (t.valid_until)) as edge (since)
    where edge.since < 'infinity'
)
select replace(m.pseudonym::text, '-', ''),
    greatest(m.since, '0001-01-01 00:00:00+00'),
    case
        when exists (
            select
            from tombstone t
            where t.alias = m.alias and t.valid_from <= m.since and m.since < t.valid_until
        ) then null
        else replace(
            coalesce(
                (
                    select r.next
                    from number_release r
                    where r.pseudonym = m.pseudonym and r.released_at <= m.since
                    order by r.released_at desc
                    limit 1
                ),
                m.pseudonym
            )::text,
            '-',
            ''
        )
    end
from moment m
order by 1, 2
"""
SELECT_OWNERS = """
select replace(owner::text, '-', '')
from number_owner
where alias = %s
order by valid_from desc
"""
HAS_TOMBSTONE = "select exists (select from tombstone where alias = %s)"
SELECT_FIRST_OWNER = """
select coalesce((select pseudonym from number_release where next = %(owner)s::uuid), %(owner)s::uuid)
"""
INSERT_RELEASE = """
insert into number_release (pseudonym, released_at, next)
values (%s, %s, %s)
on conflict (pseudonym, released_at) do nothing
"""
SELECT_RELEASE = """
select replace(next::text, '-', '')
from number_release
where pseudonym = %s and released_at = %s
"""
# Whoever gets the number of an erased owner is not erased.
END_TOMBSTONE = """
update tombstone t
set valid_until = %(released_at)s
from alias a
where a.pseudonym = %(pseudonym)s
    and t.alias = a.alias
    and t.valid_from < %(released_at)s
    and %(released_at)s < t.valid_until
"""

# Only of an id without any owner left; where there is one, the number was released to them.
REASSIGN = """
update tombstone
set valid_until = %(since)s
where alias = %(alias)s
    and valid_from < %(since)s
    and valid_until > %(since)s
    and not exists (select from alias where alias = %(alias)s)
"""


class Lapse(NamedTuple):
    """From `released_at` on, the number behind `pseudonym` is that of `next`; None: of somebody erased."""

    pseudonym: str
    released_at: datetime
    next: str | None


class Pseudonyms(KeyDatabase):
    """Which pseudonym stands for a personal id, for ever, and who owns it when."""

    def pseudonyms(self, issuer: str, ids: Sequence[str]) -> list[str | None]:
        """For each personal id its 32 hex digits, random when first seen and the same ever after.

        None for an id of which every owner was erased. The answer names records; whose events they are says
        `lapses`, by the event's time.
        """
        hashes = dict(zip(ids, self.alias_hashes(issuer, ids), strict=True))
        wanted = sorted(set(hashes.values()))
        known = self._select(SELECT_ALIASES, wanted)
        if len(known) < len(wanted):
            with self.while_nobody_is_erased() as connection:
                known |= _aliases_made(connection, [alias for alias in wanted if alias not in known])
        return [known[hashes[one]] for one in ids]

    def alias_hashes(self, issuer: str, ids: Sequence[str]) -> list[bytes]:
        """The keyed hash that stands for each personal id in the key store."""
        key = self.secret(ALIAS_SECRET)
        return [hmac.digest(key, encode([issuer, one]), "sha256") for one in ids]

    def lapses(self, pseudonyms: Sequence[str]) -> list[Lapse]:
        """When numbers changed hands, ordered; before the first line it is the pseudonym's own.

        Moments are in UTC, with the year 1 for "always".
        """
        with self._pool.connection() as connection:
            has_any = connection.execute(HAS_LAPSES).fetchone() == (True,)
            if not has_any or not pseudonyms:
                return []
            wanted = {"pseudonyms": sorted(set(pseudonyms))}
            return [Lapse(*row) for row in connection.execute(SELECT_LAPSES, wanted).fetchall()]

    def owners(self, issuer: str, personal_id: str) -> list[str]:
        """The pseudonyms of all who had this id, the latest first; none if nobody did or all are erased."""
        [alias] = self.alias_hashes(issuer, [personal_id])
        with self._pool.connection() as connection:
            return [owner for (owner,) in connection.execute(SELECT_OWNERS, (alias,)).fetchall()]

    def is_buried(self, issuer: str, personal_id: str) -> bool:
        """Whether somebody who had this id was erased."""
        [alias] = self.alias_hashes(issuer, [personal_id])
        with self._pool.connection() as connection:
            return connection.execute(HAS_TOMBSTONE, (alias,)).fetchone() == (True,)

    def reassign(self, issuer: str, personal_id: str, since: datetime) -> str | None:
        """The pseudonym of somebody new who has an erased person's id from then on; None if nobody's.

        Rows about the id from before that moment are still about the erased.
        """
        [alias] = self.alias_hashes(issuer, [personal_id])
        with self.alone() as connection:
            ended = connection.execute(REASSIGN, {"alias": alias, "since": since}).rowcount
            if not ended:
                return None
            connection.execute(INSERT_ALIASES, ([alias], [os.urandom(16).hex()]))
            return str(select_pairs(connection, SELECT_ALIASES, [alias])[alias])

    def release(self, pseudonym: str, released_at: datetime) -> str:
        """The pseudonym of whoever has the number from then on; the same when told again.

        `pseudonym` may be that of any owner of the number.
        """
        with self.alone() as connection:
            found = connection.execute(SELECT_FIRST_OWNER, {"owner": pseudonym}).fetchone()
            first = found[0] if found else pseudonym
            connection.execute(INSERT_RELEASE, (first, released_at, os.urandom(16).hex()))
            connection.execute(END_TOMBSTONE, {"pseudonym": first, "released_at": released_at})
            made = connection.execute(SELECT_RELEASE, (first, released_at)).fetchone()
        assert made is not None  # noqa: S101 (inserted above)
        return str(made[0])


def _aliases_made(connection: Connection[Any], missing: Sequence[bytes]) -> dict[bytes, str | None]:
    """Pseudonyms for aliases that had none, but for those of the erased."""
    buried: dict[bytes, str | None] = select_pairs(connection, SELECT_BURIED, missing)
    known = select_pairs(connection, SELECT_ALIASES, missing)
    new = [alias for alias in missing if alias not in buried and alias not in known]
    if new:
        connection.execute(INSERT_ALIASES, (new, [os.urandom(16).hex() for _ in new]))
        known |= select_pairs(connection, SELECT_ALIASES, new)
    return buried | known
