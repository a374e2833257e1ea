"""What an append reads and writes while it holds the lock."""

from collections.abc import Sequence
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from psycopg import Cursor
from psycopg.errors import LockNotAvailable
from psycopg.rows import DictRow

from infra.event_store import statements
from infra.event_store.judgement import KeyedRecord, KnownRecord, LogState
from infra.event_store.record import Appended, LogBusyError, PositionsNotConsecutiveError


def take_append_lock(cursor: Cursor[DictRow]) -> None:
    """Become the one writer of the log until the transaction ends."""
    parameters = (statements.LOCK_TIMEOUT, statements.APPEND_LOCK)
    try:
        cursor.execute(statements.TAKE_APPEND_LOCK, parameters, prepare=True)
    except LockNotAvailable as error:
        raise LogBusyError(LogBusyError.__doc__) from error


def read_next_position(cursor: Cursor[DictRow]) -> int:
    """The position of the next event; holds still while the lock is held."""
    (sequence,) = cursor.execute(statements.READ_NEXT_POSITION, prepare=True).fetchall()
    return int(sequence["next_position"])


def reserve_positions(cursor: Cursor[DictRow], *, count: int) -> int:
    """The first of `count` positions that are now the transaction's own, whether it commits or not."""
    if count == 0:
        return read_next_position(cursor)
    (reserved,) = cursor.execute(statements.RESERVE_POSITIONS, (count,), prepare=True).fetchall()
    return int(reserved["next_position"])


def check_consecutive(*, first: int, count: int, following: int) -> None:
    """Raise if anybody else drew positions while `count` events were written from `first` on."""
    if following != first + count:
        raise PositionsNotConsecutiveError(
            f"{PositionsNotConsecutiveError.__doc__} "
            f"{count} events from {first} on moved the sequence to {following}"
        )


def read_log(cursor: Cursor[DictRow], keyed_records: Sequence[KeyedRecord]) -> LogState:
    """The part of the log that these records touch."""
    # Statements of their own, after the lock: each must see what the last holder committed.
    return LogState(
        next_position=read_next_position(cursor),
        known=read_keys(cursor, keyed_records),
        highest=_read_highest_versions(cursor, keyed_records),
    )


def read_keys(cursor: Cursor[DictRow], keyed_records: Sequence[KeyedRecord]) -> dict[bytes, KnownRecord]:
    """What the log holds under the records' keys."""
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
    """Append the events at consecutive positions from `first` on."""
    columns = (
        [event.originator_id for event in events],
        [event.originator_version for event in events],
        [event.topic for event in events],
        [event.state for event in events],
    )
    if events:
        cursor.execute(statements.INSERT_EVENTS, columns, prepare=True)
        check_consecutive(first=first, count=len(events), following=read_next_position(cursor))


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
