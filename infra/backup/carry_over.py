"""What a restore must not undo: erasures, tombstones, holds, numbers that changed hands, who may ask."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from infra.forgetting import is_customer
from infra.stores import Store, keys_database

# `incoming` holds the rows of the store that is replaced. Every statement may be run again.
MERGE_KEYS: Mapping[str, tuple[str, ...]] = {
    # A tombstone's end is only ever moved forward, when somebody else gets the number.
    "tombstone": (
        """
        insert into tombstone
        select * from incoming
        on conflict (alias, valid_from) do update
        set valid_until = least(tombstone.valid_until, excluded.valid_until)
        """,
    ),
    "number_release": ("insert into number_release select * from incoming on conflict do nothing",),
    # Lifted before placed: one hold stands per subject.
    "legal_hold": (
        """
        update legal_hold
        set lifted_at = incoming.lifted_at
        from incoming
        where incoming.subject = legal_hold.subject
        and incoming.placed_at = legal_hold.placed_at
        and legal_hold.lifted_at is null
        """,
        """
        insert into legal_hold
        select * from incoming
        where not exists (
            select
            from legal_hold known
            where known.subject = incoming.subject
            and known.placed_at = incoming.placed_at
        )
        on conflict do nothing
        """,
    ),
    # Not destroyed yet: the backup has brought the keys back.
    "erasure": (
        """
        insert into erasure (subject, requested_at)
        select subject, requested_at from incoming
        on conflict (subject) do nothing
        """,
    ),
}
MERGE_EVENTS: Mapping[str, tuple[str, ...]] = {
    # A key that was revoked stays revoked.
    "api_key": (
        """
        insert into api_key
        select * from incoming
        on conflict (prefix) do update
        set revoked_at = coalesce(api_key.revoked_at, excluded.revoked_at)
        """,
    ),
    # Who looked at whom since the backup stays on record.
    "access_log": ("insert into access_log select * from incoming on conflict (id) do nothing",),
}
READ_SEQUENCE = "select last_value from stored_events_notification_id_seq where is_called"
RAISE_SEQUENCE = """
select setval('stored_events_notification_id_seq', %s)
from stored_events_notification_id_seq
where last_value < %s or not is_called
"""
COUNT_REVIVED = """
select count(*)
from erasure
join subject_key using (subject)
where destroyed_at is not null
"""


def carry_over(old: Store, new: Store) -> set[str]:
    """Bring into `new` what `old` knows of the erased, the held, and API keys; answers who is to be erased.

    Positions that `old` has given are never given again: whoever remembers one finds no other event there.
    """
    with connected_to_keys(old) as before, connected_to_keys(new) as after, after.transaction():
        for table, statements in MERGE_KEYS.items():
            _merge(table, statements, before=before, after=after)
    with old.connect() as before, new.connect() as after, after.transaction():
        for table, statements in MERGE_EVENTS.items():
            _merge(table, statements, before=before, after=after)
        _raise_positions(before=before, after=after)
    return pending_customers(new)


def pending_customers(store: Store) -> set[str]:
    """The customers whose erasure is not done."""
    return set(filter(is_customer, store.keys.unfinished_erasures()))


def revived(store: Store) -> int:
    """How many of whom nothing should be left have a key nonetheless."""
    with connected_to_keys(store) as connection:
        (count,) = connection.execute(COUNT_REVIVED).fetchone() or (0,)
    return int(count)


def connected_to_keys(store: Store) -> Connection[Any]:
    """A connection to the store's key database."""
    address = store.server.conninfo(keys_database(store.settings.store))
    return Connection[Any].connect(address, autocommit=True)


def _merge(
    table: str, statements: tuple[str, ...], *, before: Connection[Any], after: Connection[Any]
) -> None:
    named = Identifier(table)
    after.execute(SQL("create temporary table incoming (like {}) on commit drop").format(named))
    out = SQL("copy {} to stdout").format(named)
    with before.cursor().copy(out) as rows, after.cursor().copy("copy incoming from stdin") as copied:
        for chunk in rows:
            copied.write(chunk)
    for statement in statements:
        after.execute(statement.encode())
    after.execute("drop table incoming")


def _raise_positions(*, before: Connection[Any], after: Connection[Any]) -> None:
    given = before.execute(READ_SEQUENCE).fetchone()
    if given is not None:
        after.execute(RAISE_SEQUENCE, (given[0], given[0]))
