"""The library's PostgreSQL recorder with one advisory lock, append keys, and an answer for each record."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProcessRecorder,
    StoredEvent,
    Tracking,
)
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.utils import retry
from psycopg import Cursor
from psycopg.rows import DictRow

from infra.event_store.judgement import KeyedRecord, KnownRecord, judge, judge_key, keyed
from infra.event_store.locked_log import insert_events, insert_keys, read_keys, read_log, take_append_lock
from infra.event_store.record import (
    AlreadyKnown,
    Answer,
    Appended,
    Changed,
    Conflict,
    KeyReused,
    Record,
)

# The tables are made by the migrations and hold one log, whatever the application is called.
EVENTS_TABLE = "stored_events"


class EventRecorder(PostgresApplicationRecorder):
    """Appends records to the log and answers each by itself; reads as the library does."""

    def __init__(self, datastore: PostgresDatastore, *, append_hmac_key: bytes) -> None:
        super().__init__(datastore, events_table_name=EVENTS_TABLE)
        self.append_hmac_key = append_hmac_key
        # The migrations own the schema; in particular no insert function that takes no lock is made.
        self.sql_create_statements = []

    def append(self, records: Sequence[Record]) -> list[Answer]:
        """Append in one transaction what is new of the records and answer each, in their order.

        Of records that touch the same key or the same stream the first wins. Versions may leave gaps, as the
        library allows. A broken connection is tried again, and a record that had been committed is then
        answered by its key. Raises LogBusyError if the lock cannot be had.
        """
        return self._append(records) if records else []

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append one record and give its positions; `source`, `parts`, `content` and `mapping` are its key.

        Raises the library's IntegrityError if a version is taken, and KeyReused if the key is.
        """
        tracking = kwargs.pop("tracking", None)
        if not stored_events and tracking is None:
            return None
        record = Record(events=tuple(stored_events), **kwargs)
        (answer,) = self._append([record], tracking=tracking)
        return _positions_or_error(answer, record)

    def known(self, source: str, parts: tuple[str, ...], content: bytes) -> AlreadyKnown | Changed | None:
        """What the log says about a key without taking the lock; None if it was never seen."""
        keyed_record = self._keyed(Record(events=(), source=source, parts=parts, content=content))
        known = self._read_known([keyed_record])
        return judge_key(keyed_record, next(iter(known.values()), None))

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def _read_known(self, keyed_records: Sequence[KeyedRecord]) -> dict[bytes, KnownRecord]:
        with self.datastore.cursor() as cursor:
            return read_keys(cursor, keyed_records)

    @retry((InterfaceError, OperationalError), max_attempts=10, wait=0.2)
    def _append(self, records: Sequence[Record], tracking: Tracking | None = None) -> list[Answer]:
        keyed_records = [self._keyed(record) for record in records]
        with self._locked_cursor() as cursor:
            log = read_log(cursor, keyed_records)
            first = log.next_position
            answers = [judge(keyed_record, log) for keyed_record in keyed_records]
            accepted = [
                (one, answer)
                for one, answer in zip(keyed_records, answers, strict=True)
                if isinstance(answer, Appended)
            ]
            insert_keys(cursor, accepted, first=first)
            insert_events(cursor, [event for one, _ in accepted for event in one.record.events], first=first)
            if accepted:
                self._notify_channel(cursor)
                self._insert_tracking_with_events(cursor, tracking)
        return answers

    @contextmanager
    def _locked_cursor(self) -> Iterator[Cursor[DictRow]]:
        with self.datastore.transaction(commit=True) as cursor:
            self._lock_table(cursor)
            yield cursor

    def _lock_table(self, curs: Cursor[DictRow]) -> None:
        take_append_lock(curs)

    def _insert_tracking_with_events(self, cursor: Cursor[DictRow], tracking: Tracking | None) -> None:
        """Nothing to track here; the process recorder does."""

    def _keyed(self, record: Record) -> KeyedRecord:
        return keyed(self.append_hmac_key, record)


class EventProcessRecorder(PostgresTrackingRecorder, EventRecorder, ProcessRecorder):
    """The event recorder with the library's tracking row in the same transaction.

    Kefu's projections keep checkpoints of their own: the library's tracking row accepts any higher position,
    so two overlapping batches both pass.
    """

    def _insert_tracking_with_events(self, cursor: Cursor[DictRow], tracking: Tracking | None) -> None:
        if tracking is not None:
            self._insert_tracking(cursor, tracking)


def _positions_or_error(answer: Answer, record: Record) -> list[int]:
    match answer:
        case Conflict(originator_id, originator_version):
            raise IntegrityError(f"version {originator_version} of {originator_id} is taken")
        case Changed(key):
            raise KeyReused(
                f"{record.source} {list(record.parts or ())} was appended before with other content "
                f"(append key {UUID(bytes=key)})"
            )
        case AlreadyKnown(positions) if len(positions) != len(record.events):
            # Somebody else appended the same command meanwhile and decided on another number of events.
            raise IntegrityError(
                f"{record.source} {list(record.parts or ())} was appended meanwhile "
                f"as {len(positions)} events, not {len(record.events)}"
            )
        case Appended(positions) | AlreadyKnown(positions):
            return list(positions)
