"""Each record of an append gets its own answer, and nobody's answer undoes a neighbour's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from eventsourcing.persistence import IntegrityError, OperationalError
from eventsourcing.postgres import PostgresDatastore

from infra.event_store.append_keys import append_key
from infra.event_store.record import (
    AlreadyKnown,
    Appended,
    Changed,
    Conflict,
    KeyReused,
    PositionsNotConsecutiveError,
    Record,
)
from infra.event_store.recorder import EventRecorder
from infra.stores import Store
from tests.infra.event_store.given import HMAC_KEY, record, recorder, stored


@pytest.fixture
def log(store: Store) -> Iterator[EventRecorder]:
    with recorder(store) as made:
        yield made


def streams(log: EventRecorder) -> list[tuple[int, str, int]]:
    """The whole log as (position, stream, version)."""
    notifications = log.select_notifications(start=None, limit=1000)
    return [(one.id, str(one.originator_id), one.originator_version) for one in notifications]


def test_appended(log: EventRecorder) -> None:
    answers = log.append(
        [record("a", stored("call-1", 1), stored("call-1", 2)), record("b", stored("call-2", 1))]
    )
    assert answers == [Appended(range(1, 3)), Appended(range(3, 4))]
    assert streams(log) == [(1, "call-1", 1), (2, "call-1", 2), (3, "call-2", 1)]


def test_already_known(log: EventRecorder) -> None:
    told = record("a", stored("call-1", 1), stored("call-1", 2))
    log.append([record("other", stored("call-2", 1)), told])
    assert log.append([told]) == [AlreadyKnown(range(2, 4))]
    assert len(streams(log)) == 3


def test_known_whatever_the_mapping(log: EventRecorder) -> None:
    log.append([record("a", stored("call-1", 1))])
    retold = Record(
        events=(stored("call-9", 1),), source="bank", parts=("a",), content=b"as told", mapping="newer"
    )
    assert log.append([retold]) == [AlreadyKnown(range(1, 2))]


def test_changed(log: EventRecorder) -> None:
    log.append([record("a", stored("call-1", 1))])
    changed = record("a", stored("call-1", 2), content="told differently")
    assert log.append([changed]) == [Changed(append_key(HMAC_KEY, "bank", ("a",)))]
    assert len(streams(log)) == 1


@pytest.mark.parametrize("version", [0, 1, 2])
def test_conflict_when_the_stream_has_this_version_or_a_later_one(log: EventRecorder, version: int) -> None:
    log.append([record("a", stored("call-1", 1), stored("call-1", 2))])
    assert log.append([record("b", stored("call-1", version))]) == [Conflict("call-1", version)]


def test_a_version_may_leave_a_gap(log: EventRecorder) -> None:
    log.append([record("a", stored("call-1", 1))])
    assert log.append([record("b", stored("call-1", 7))]) == [Appended(range(2, 3))]


def test_a_record_without_events_is_known_afterwards(log: EventRecorder) -> None:
    assert log.append([record("a"), record("b", stored("call-1", 1))]) == [
        Appended(range(1, 1)),
        Appended(range(1, 2)),
    ]
    assert log.append([record("a")]) == [AlreadyKnown(range(1, 1))]


def test_in_one_append_the_first_of_a_key_and_of_a_stream_wins(log: EventRecorder) -> None:
    first = record("a", stored("call-1", 1))
    answers = log.append(
        [
            first,
            first,
            record("a", stored("call-1", 2), content="told differently"),
            record("b", stored("call-1", 1)),
            record("c", stored("call-1", 2)),
        ]
    )
    assert answers == [
        Appended(range(1, 2)),
        AlreadyKnown(range(1, 2)),
        Changed(append_key(HMAC_KEY, "bank", ("a",))),
        Conflict("call-1", 1),
        Appended(range(2, 3)),
    ]


def test_a_loser_leaves_its_key_to_the_next(log: EventRecorder) -> None:
    log.append([record("before", stored("call-1", 1))])
    lost, won = record("a", stored("call-1", 1)), record("a", stored("call-1", 2))
    assert log.append([lost, won]) == [Conflict("call-1", 1), Appended(range(2, 3))]


def test_nobodys_conflict_rolls_back_a_neighbour(log: EventRecorder) -> None:
    log.append([record("old", stored("call-1", 1))])
    answers = log.append(
        [
            record("a", stored("call-2", 1)),
            record("late", stored("call-3", 1), stored("call-1", 1)),
            record("old", stored("call-9", 1), content="told differently"),
            record("b", stored("call-3", 1)),
        ]
    )
    assert [type(answer) for answer in answers] == [Appended, Conflict, Changed, Appended]
    assert streams(log) == [(1, "call-1", 1), (2, "call-2", 1), (3, "call-3", 1)]


def test_an_empty_append_is_no_sql(log: EventRecorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PostgresDatastore, "get_connection", None)
    assert log.append([]) == []
    assert log.insert_events([]) is None


def test_insert_events_gives_the_positions_again_when_told_again(log: EventRecorder) -> None:
    key: dict[str, Any] = {"source": "command", "parts": ("rate_call", "1"), "content": b"5"}
    assert log.insert_events([stored("call-1", 1)], **key) == [1]
    assert log.insert_events([stored("call-1", 1)], **key) == [1]


def test_insert_events_raises_when_a_version_is_taken(log: EventRecorder) -> None:
    log.insert_events([stored("call-1", 1)])
    with pytest.raises(IntegrityError, match="version 1 of call-1 is taken"):
        log.insert_events([stored("call-1", 1)])


def test_insert_events_raises_when_a_key_is_reused(log: EventRecorder) -> None:
    log.insert_events([stored("call-1", 1)], source="command", parts=("rate_call", "1"), content=b"5")
    with pytest.raises(KeyReused, match=r"command \['rate_call', '1'\] was appended before"):
        log.insert_events([stored("call-1", 2)], source="command", parts=("rate_call", "1"), content=b"4")


def test_insert_events_raises_when_the_command_was_decided_otherwise_meanwhile(log: EventRecorder) -> None:
    key: dict[str, Any] = {"source": "command", "parts": ("file", "1"), "content": b"x"}
    log.insert_events([stored("call-1", 1)], **key)
    with pytest.raises(IntegrityError, match="appended meanwhile as 1 events, not 2"):
        log.insert_events([stored("call-1", 2), stored("call-1", 3)], **key)


def test_known_says_what_an_append_would_answer(log: EventRecorder) -> None:
    log.append([record("a", stored("call-1", 1))])
    assert log.known("bank", ("a",), b"as told") == AlreadyKnown(range(1, 2))
    assert log.known("bank", ("a",), b"other") == Changed(append_key(HMAC_KEY, "bank", ("a",)))
    assert log.known("bank", ("b",), b"as told") is None


def test_a_commit_whose_answer_was_lost_looks_like_success(
    log: EventRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = PostgresDatastore.transaction
    losses = iter([True, False])

    def lose_the_first_answer(self: PostgresDatastore, *, commit: bool = False) -> Iterator[Any]:
        with committed(self, commit=commit) as cursor:
            yield cursor
        if next(losses):
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(PostgresDatastore, "transaction", contextmanager(lose_the_first_answer))
    assert log.append([record("a", stored("call-1", 1))]) == [AlreadyKnown(range(1, 2))]
    assert len(streams(log)) == 1


def test_nothing_is_appended_when_somebody_draws_positions_without_the_lock(
    log: EventRecorder, store: Store
) -> None:
    with store.connect() as intruder:
        intruder.execute(
            "create function draw() returns trigger language plpgsql as "
            "$$ begin perform nextval('stored_events_notification_id_seq'); return new; end $$"
        )
        intruder.execute(
            "create trigger draw after insert on stored_events for each row execute function draw()"
        )
    with pytest.raises(PositionsNotConsecutiveError, match="1 events from 1 on moved the sequence to 3"):
        log.append([record("a", stored("call-1", 1))])
    assert streams(log) == []
