"""A chunk appends what is new of it, once, and answers every record."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl
import pytest
from psycopg import OperationalError
from psycopg.errors import IdleInTransactionSessionTimeout
from psycopg.rows import scalar_row

from infra.event_store import bulk, statements
from infra.event_store.bulk import BulkAppender
from infra.event_store.chunk import Chunk, ChunkAnswer, ChunkError
from infra.event_store.record import AlreadyKnown, Appended, LogBusyError, PositionsNotConsecutiveError
from infra.stores import Store
from tests.infra.event_store.given import chunk, record, recorder, stored

Row = tuple[int, str, int, str]

CALLS = chunk(
    ("a", "x", [("call-1", "offered"), ("call-1", "answered")]),
    ("b", "x", []),
    ("c", "x", [("call-2", "offered"), ("call-1", "ended")]),
)


@pytest.fixture
def appender(store: Store) -> Iterator[BulkAppender]:
    with BulkAppender(store.conninfo) as made:
        yield made


def log(store: Store) -> list[Row]:
    """The whole log as (position, stream, version, state)."""
    query = """
        select notification_id, originator_id, originator_version, convert_from(state, 'UTF8')
        from stored_events
        order by notification_id
    """
    with store.connect() as connection:
        return connection.execute(query).fetchall()


def told(answer: ChunkAnswer) -> tuple[list[str], list[int | None], int]:
    """The answer as plain values."""
    return answer.status.to_list(), answer.first_position.to_list(), answer.appended


def test_appended(store: Store, appender: BulkAppender) -> None:
    answer = appender.append(appender.prepare(CALLS))
    assert told(answer) == (["appended", "appended", "appended"], [1, None, 3], 4)
    assert log(store) == [
        (1, "call-1", 1, "offered"),
        (2, "call-1", 2, "answered"),
        (3, "call-2", 1, "offered"),
        (4, "call-1", 3, "ended"),
    ]


def test_versions_follow_the_highest_of_the_stream(store: Store, appender: BulkAppender) -> None:
    with recorder(store) as one_by_one:
        one_by_one.append([record("before", stored("call-1", 5))])
    appender.append(appender.prepare(CALLS))
    assert [row[1:3] for row in log(store)][1:] == [
        ("call-1", 6),
        ("call-1", 7),
        ("call-2", 1),
        ("call-1", 8),
    ]


def test_a_second_append_of_the_same_chunk_appends_nothing(store: Store, appender: BulkAppender) -> None:
    appender.append(appender.prepare(CALLS))
    before = log(store)
    assert told(appender.append(appender.prepare(CALLS))) == (["known", "known", "known"], [None] * 3, 0)
    assert log(store) == before


def test_only_what_is_new_is_appended(store: Store, appender: BulkAppender) -> None:
    appender.append(appender.prepare(CALLS))
    mixed = chunk(
        ("a", "x", [("call-1", "offered"), ("call-1", "answered")]),
        ("d", "x", [("call-3", "offered")]),
        ("c", "told differently", [("call-2", "offered"), ("call-1", "ended")]),
        ("e", "x", [("call-1", "rated")]),
    )
    answer = appender.append(appender.prepare(mixed))
    assert told(answer) == (["known", "appended", "changed", "appended"], [None, 5, None, 6], 2)
    assert log(store)[4:] == [(5, "call-3", 1, "offered"), (6, "call-1", 4, "rated")]


def test_of_one_key_within_a_chunk_the_first_wins(store: Store, appender: BulkAppender) -> None:
    twice = chunk(
        ("a", "x", [("call-1", "offered")]),
        ("a", "x", [("call-1", "offered")]),
        ("a", "y", [("call-1", "queued")]),
    )
    answer = appender.append(appender.prepare(twice))
    assert told(answer) == (["appended", "known", "changed"], [1, None, None], 1)
    assert log(store) == [(1, "call-1", 1, "offered")]


def test_equal_content_under_other_keys_is_another_event(store: Store, appender: BulkAppender) -> None:
    alike = chunk(("a", "x", [("call-1", "offered")]), ("b", "x", [("call-1", "offered")]))
    assert appender.append(appender.prepare(alike)).appended == 2


def test_an_empty_chunk_appends_nothing(store: Store, appender: BulkAppender) -> None:
    assert told(appender.append(appender.prepare(chunk()))) == ([], [], 0)
    assert log(store) == []


def test_bulk_and_single_appends_know_each_others_records(store: Store, appender: BulkAppender) -> None:
    appender.append(appender.prepare(CALLS))
    with recorder(store) as one_by_one:
        answers = one_by_one.append(
            [
                record("c", stored("call-9", 1), content="x"),
                record("d", stored("call-4", 1), content="x"),
            ]
        )
    assert answers == [AlreadyKnown(range(3, 5)), Appended(range(5, 6))]
    retold = chunk(("d", "x", [("call-4", "offered")]))
    assert told(appender.append(appender.prepare(retold))) == (["known"], [None], 0)


def test_the_slow_path_takes_out_what_others_appended_meanwhile(store: Store, appender: BulkAppender) -> None:
    prepared = appender.prepare(CALLS)
    with recorder(store) as other:
        other.append([record("a", stored("call-1", 1), content="x"), record("z", stored("call-2", 1))])
    # The first attempt drew positions 3 to 6 before it met version 1 of call-1.
    assert told(appender.append(prepared)) == (["known", "appended", "appended"], [None, None, 7], 2)
    assert [row[1:] for row in log(store)] == [
        ("call-1", 1, "{}"),
        ("call-2", 1, "{}"),
        ("call-2", 2, "offered"),
        ("call-1", 2, "ended"),
    ]


def test_the_slow_path_may_find_that_nothing_is_left(store: Store, appender: BulkAppender) -> None:
    first, second = appender.prepare(CALLS), appender.prepare(CALLS)
    appender.append(first)
    assert told(appender.append(second)) == (["known", "known", "known"], [None] * 3, 0)
    with store.connect() as connection:
        batches = connection.execute("select base_position from append_batch").fetchall()
    assert batches == [(1,)]


def test_a_history_without_entry_times_is_known_by_its_mapping(store: Store, appender: BulkAppender) -> None:
    told_later = chunk(("k1", "x", [("call-1", "one")]))
    appender.append(appender.prepare(told_later))
    assert store.declared_histories() == []
    declared = replace(chunk(("k2", "x", [("call-2", "two")])), declares_history=True)
    appender.append(appender.prepare(declared))
    assert store.declared_histories() == [told_later.mapping]


def test_chunks_prepared_ahead_may_share_streams_and_keys(store: Store, appender: BulkAppender) -> None:
    chunks = [
        chunk((f"key {n}", "x", [("call-1", f"event {n}")]), ("shared", "x", [("call-2", "once")]))
        for n in range(5)
    ]
    answers = list(appender.append_all(chunks))
    assert [answer.appended for answer in answers] == [2, 1, 1, 1, 1]
    # Nothing was tried in vain: the positions have no gap.
    assert [row[0] for row in log(store)] == [1, 2, 3, 4, 5, 6]
    assert [row[3] for row in log(store)] == ["event 0", "once", "event 1", "event 2", "event 3", "event 4"]
    assert [row[2] for row in log(store) if row[1] == "call-1"] == [1, 2, 3, 4, 5]


def test_the_key_leads_to_the_events(store: Store, appender: BulkAppender) -> None:
    appender.append(appender.prepare(chunk(("z", "x", [("call-0", "offered")]))))
    appender.append(appender.prepare(CALLS))
    query = """
        select e.notification_id
        from append_key k
        join append_batch b using (batch)
        join stored_events e on e.notification_id >= b.base_position + k.ordinal
            and e.notification_id < b.base_position + k.ordinal + k.n
        where k.key = encode(%s, 'hex')::uuid
        order by e.notification_id
    """
    with store.connect() as connection, connection.cursor(row_factory=scalar_row) as cursor:
        found = [cursor.execute(query, (key,)).fetchall() for key in CALLS.records["key"]]
    assert found == [[2, 3], [], [4, 5]]


def test_nothing_is_appended_when_the_lock_cannot_be_had(
    store: Store, appender: BulkAppender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "LOCK_TIMEOUT", "50ms")
    with store.connect() as holder, holder.transaction():
        holder.execute("select pg_advisory_xact_lock(%s)", (statements.APPEND_LOCK,))
        with pytest.raises(LogBusyError, match="Another writer holds the event log"):
            appender.append(appender.prepare(CALLS))
    assert log(store) == []


def test_a_writer_that_stalls_loses_the_lock_and_its_transaction(
    store: Store, appender: BulkAppender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "IDLE_IN_TRANSACTION", "set idle_in_transaction_session_timeout = '100ms'")

    def stall_while_another_appends() -> None:
        with BulkAppender(store.conninfo) as stalled, stalled._writing.locked_cursor() as cursor:
            assert appender.append(appender.prepare(CALLS)).appended == 4
            cursor.execute("select 1")

    with pytest.raises(IdleInTransactionSessionTimeout):
        stall_while_another_appends()
    assert len(log(store)) == 4


def test_nothing_is_appended_when_somebody_draws_positions_without_the_lock(
    store: Store, appender: BulkAppender
) -> None:
    with store.connect() as intruder:
        intruder.execute(
            "create function draw() returns trigger language plpgsql as "
            "$$ begin perform nextval('stored_events_notification_id_seq'); return new; end $$"
        )
        intruder.execute("create trigger draw after insert on stored_events execute function draw()")
    with pytest.raises(PositionsNotConsecutiveError, match="4 events from 1 on moved the sequence to 6"):
        appender.append(appender.prepare(CALLS))
    assert log(store) == []


def test_a_broken_connection_is_replaced_at_the_next_append(store: Store, appender: BulkAppender) -> None:
    appender.append(appender.prepare(chunk(("z", "x", [("call-0", "offered")]))))
    prepared = appender.prepare(CALLS)
    with store.connect() as killer:
        killer.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
    with pytest.raises(OperationalError, match="connection"):
        appender.append(prepared)
    assert appender.append(prepared).appended == 4


@pytest.mark.parametrize(
    ("counts", "owners"),
    [([1, 1], [0, 0]), ([2], [0]), ([1, 1], [1, 0]), ([1], [0, 1])],
)
def test_refuses_events_that_do_not_belong_to_their_records(counts: list[int], owners: list[int]) -> None:
    events = CALLS.events.head(len(owners)).with_columns(record=pl.Series(owners, dtype=pl.UInt32))
    records = CALLS.records.head(len(counts)).with_columns(n=pl.Series(counts, dtype=pl.UInt32))
    with pytest.raises(ChunkError, match="records say that they have"):
        Chunk(events=events, records=records, mapping="bank_calls")


def test_refuses_nulls() -> None:
    nameless = CALLS.events.with_columns(topic=pl.lit(None, pl.String))
    with pytest.raises(ChunkError, match="a chunk has 4 nulls"):
        Chunk(events=nameless, records=CALLS.records, mapping="bank_calls")
