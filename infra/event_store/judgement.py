"""Decides, under the lock, which records of an append are new, repeated, changed or too late."""

from dataclasses import dataclass, field

from infra.event_store.append_keys import append_key, content_key
from infra.event_store.record import AlreadyKnown, Answer, Appended, Changed, Conflict, Record


@dataclass(frozen=True, kw_only=True)
class KeyedRecord:
    """A record with its hashes; no key where the record names no source."""

    record: Record
    key: bytes | None
    content: bytes


@dataclass(frozen=True, kw_only=True)
class KnownRecord:
    """What the log holds under a key."""

    content: bytes
    positions: range


@dataclass(kw_only=True)
class LogState:
    """As much of the log as the records of one append touch; moves on with every record accepted."""

    next_position: int
    known: dict[bytes, KnownRecord] = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=dict)


def keyed(hmac_key: bytes, record: Record) -> KeyedRecord:
    """The record with the hashes that it is known by."""
    has_key = record.source is not None and record.parts is not None
    return KeyedRecord(
        record=record,
        key=append_key(hmac_key, record.source or "", record.parts or ()) if has_key else None,
        content=content_key(hmac_key, record.content or b""),
    )


def judge(keyed_record: KeyedRecord, log: LogState) -> Answer:
    """The record's answer; if it is appended, the next one is judged against a log that holds it.

    A key speaks before a version does: a record that was appended, whose answer was lost, is told again
    with versions that are taken by itself.
    """
    if (answer := _judge_key(keyed_record, log)) is not None:
        return answer
    highest = dict[str, int]()
    for event in keyed_record.record.events:
        stream = str(event.originator_id)
        if event.originator_version <= highest.get(
            stream, log.highest.get(stream, event.originator_version - 1)
        ):
            return Conflict(stream, event.originator_version)
        highest[stream] = event.originator_version
    return _accept(keyed_record, log, highest=highest)


def judge_key(keyed_record: KeyedRecord, known: KnownRecord | None) -> AlreadyKnown | Changed | None:
    """The answer that the key alone gives; None if it was never seen."""
    if keyed_record.key is None or known is None:
        return None
    if known.content == keyed_record.content:
        return AlreadyKnown(known.positions)
    return Changed(keyed_record.key)


def _judge_key(keyed_record: KeyedRecord, log: LogState) -> AlreadyKnown | Changed | None:
    return judge_key(keyed_record, log.known.get(keyed_record.key)) if keyed_record.key is not None else None


def _accept(keyed_record: KeyedRecord, log: LogState, *, highest: dict[str, int]) -> Appended:
    first = log.next_position
    log.next_position += len(keyed_record.record.events)
    positions = range(first, log.next_position)
    log.highest |= highest
    if keyed_record.key is not None:
        log.known[keyed_record.key] = KnownRecord(content=keyed_record.content, positions=positions)
    return Appended(positions)
