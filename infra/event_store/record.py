"""A record to append, and the four answers that appending it can have."""

from dataclasses import dataclass

from eventsourcing.persistence import IntegrityError, PersistenceError, StoredEvent


@dataclass(frozen=True, kw_only=True)
class Record:
    """The events that stand or fall together, and by what they are recognised when told again.

    The versions of the events are expected versions: each must lie above the highest of its stream.
    Without source and parts a record has no key, and only its versions keep it from being appended twice.
    """

    events: tuple[StoredEvent, ...]
    source: str | None = None
    parts: tuple[str, ...] | None = None
    content: bytes | None = None
    mapping: str = ""


@dataclass(frozen=True)
class Appended:
    """The record is in the log now, at these positions."""

    positions: range


@dataclass(frozen=True)
class AlreadyKnown:
    """The same key with the same content is in the log already, at these positions."""

    positions: range


@dataclass(frozen=True)
class Changed:
    """The same key is in the log with other content; nothing was appended."""

    key: bytes


@dataclass(frozen=True)
class Conflict:
    """The stream has this version, or a later one, already; nothing of the record was appended."""

    originator_id: str
    originator_version: int


Answer = Appended | AlreadyKnown | Changed | Conflict


class KeyReused(IntegrityError):
    """The key was used before for a record with other content."""


class LogBusyError(PersistenceError):
    """Another writer holds the event log for longer than the lock timeout; nothing was appended."""


class PositionsNotConsecutiveError(PersistenceError):
    """Somebody drew positions without holding the log's lock; nothing was appended."""
