"""What an append reads and writes while it holds the lock."""

from collections.abc import Sequence
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from psycopg import Cursor
from psycopg.rows import DictRow

from infra.event_store import statements
from infra.event_store.judgement import KeyedRecord, KnownRecord, LogState
from infra.event_store.record import Appended, PositionsNotConsecutiveError


def read_log(cursor: Cursor[DictRow], keyed_records: Sequence[KeyedRecord]) -> LogState:
    # Statements of their own, after the lock: each must see what the last holder committed.
    (sequence,) = cursor.execute(statements.READ_NEXT_POSITION, prepare=True).fetchall()
    return LogState(
        next_position=sequence["next_position"],
        known=read_keys(cursor, keyed_records),
        highest=_read_highest_versions(cursor, keyed_records),
    )


def read_keys(cursor: Cursor[DictRow], keyed_records: Sequence[KeyedRecord]) -> dict[bytes, KnownRecord]:
    keys = [UUID(bytes=one.key) for one in keyed_records if one.key is not None]
    if not keys:
        return {}
    rows = cursor.execute(statements.READ_KEYS, (keys,), prepare=True).fetchall()
    return {
        row["key"].bytes: KnownRecord(
            content=row["content"].bytes,
            positions=range(row["first_position"], row["first_position"] + row["n"]),
        )
        for row in rows
    }


def _read_highest_versions(cursor: Cursor[DictRow], keyed_records: Sequence[KeyedRecord]) -> dict[str, int]:
    streams = {str(event.originator_id) for one in keyed_records for event in one.record.events}
    rows = cursor.execute(statements.READ_HIGHEST_VERSIONS, (list(streams),), prepare=True).fetchall()
    return {row["originator_id"]: row["highest"] for row in rows}


def insert_events(cursor: Cursor[DictRow], events: Sequence[StoredEvent], *, first: int) -> None:
    if not events:
        return
    columns = (
        [event.originator_id for event in events],
        [event.originator_version for event in events],
        [event.topic for event in events],
        [event.state for event in events],
    )
    rows = cursor.execute(statements.INSERT_EVENTS, columns, prepare=True).fetchall()
    drawn = [row["notification_id"] for row in rows]
    if drawn != list(range(first, first + len(events))):
        raise PositionsNotConsecutiveError(
            f"{PositionsNotConsecutiveError.__doc__} Expected {len(events)} from {first}, got {drawn}"
        )


def insert_keys(
    cursor: Cursor[DictRow], accepted: Sequence[tuple[KeyedRecord, Appended]], *, first: int
) -> None:
    """Remember the accepted records that have a key, as one batch that begins at `first`."""
    rows = [
        (UUID(bytes=one.key), UUID(bytes=one.content), answer.positions, one.record.mapping)
        for one, answer in accepted
        if one.key is not None
    ]
    if rows:
        keys, contents, positions, mappings = zip(*rows, strict=True)
        ordinals = [stretch.start - first for stretch in positions]
        columns = (keys, contents, ordinals, list(map(len, positions)), mappings)
        cursor.execute(statements.INSERT_KEYS, (first, mappings[0], *map(list, columns)), prepare=True)
