"""Chunks stand at consecutive positions of their own, whatever else is appended, fails or was prepared."""

from collections.abc import Iterator

import pytest
from psycopg.errors import RaiseException
from psycopg.rows import scalar_row

from infra.event_store.bulk import BulkAppender
from infra.event_store.chunk import Chunk
from infra.event_store.record import Appended
from infra.stores import Store
from tests.infra.event_store.given import chunk, record, recorder, stored

FAIL_AFTER_COPY = """
create function fail() returns trigger language plpgsql as $$ begin raise 'the disk is full'; end $$;
create trigger fail before insert on append_batch execute function fail()
"""


@pytest.fixture
def appender(store: Store) -> Iterator[BulkAppender]:
    with BulkAppender(store.conninfo) as made:
        yield made


def three_events(name: str) -> Chunk:
    """Two records of one stream, with three events."""
    return chunk((f"{name} a", "x", [(name, "1"), (name, "2")]), (f"{name} b", "x", [(name, "3")]))


def positions(store: Store) -> list[tuple[int, str, int]]:
    query = "select notification_id, originator_id, originator_version from stored_events order by 1"
    with store.connect() as connection:
        return connection.execute(query).fetchall()


def last_drawn(store: Store) -> int:
    """How far the sequence has come; 0 if it was never drawn from."""
    query = "select case when is_called then last_value else 0 end from stored_events_notification_id_seq"
    with store.connect() as connection, connection.cursor(row_factory=scalar_row) as cursor:
        (drawn,) = cursor.execute(query).fetchall()
    return int(drawn)


def numbered(stream: str, *, first: int) -> list[tuple[int, str, int]]:
    return [(first + index, stream, 1 + index) for index in range(3)]


def test_chunks_stand_where_they_are_appended_and_not_where_they_were_prepared(
    store: Store, appender: BulkAppender
) -> None:
    early, late = appender.prepare(three_events("early")), appender.prepare(three_events("late"))
    with recorder(store) as one_by_one:
        one_by_one.append([record("z", stored("call-0", 1))])
    assert appender.append(late).first_position.to_list() == [2, 4]
    assert appender.append(early).first_position.to_list() == [5, 7]
    assert positions(store) == [
        (1, "call-0", 1),
        *numbered("late", first=2),
        *numbered("early", first=5),
    ]


def test_single_and_bulk_appends_in_turn_leave_no_gap(store: Store, appender: BulkAppender) -> None:
    with recorder(store) as one_by_one:
        for turn in range(5):
            first = 1 + 4 * turn
            answer = appender.append(appender.prepare(three_events(f"bulk-{turn}")))
            assert answer.first_position.to_list() == [first, first + 2]
            appended = one_by_one.append([record(f"single {turn}", stored("single", turn + 1))])
            assert appended == [Appended(range(first + 3, first + 4))]
    assert [at for at, _, _ in positions(store)] == list(range(1, 21))
    assert last_drawn(store) == 20


@pytest.mark.parametrize("next_in_bulk", [True, False], ids=["then in bulk", "then singly"])
def test_a_rollback_after_the_rows_were_written_leaves_a_gap_and_takes_no_position_twice(
    store: Store, appender: BulkAppender, next_in_bulk: bool
) -> None:
    appender.append(appender.prepare(three_events("before")))
    prepared = appender.prepare(three_events("call-1"))
    with store.connect() as connection:
        connection.execute(FAIL_AFTER_COPY)
        with pytest.raises(RaiseException, match="the disk is full"):
            appender.append(prepared)
        connection.execute("drop trigger fail on append_batch")
    assert positions(store) == numbered("before", first=1)
    assert last_drawn(store) == 6
    if next_in_bulk:
        assert appender.append(prepared).first_position.to_list() == [7, 9]
        assert positions(store)[3:] == numbered("call-1", first=7)
    else:
        with recorder(store) as one_by_one:
            assert one_by_one.append([record("z", stored("call-1", 1))]) == [Appended(range(7, 8))]


def test_records_without_events_draw_no_position(store: Store, appender: BulkAppender) -> None:
    nothing = chunk(("a", "x", []))
    assert appender.append(appender.prepare(nothing)).status.to_list() == ["appended"]
    assert last_drawn(store) == 0
    assert appender.append(appender.prepare(three_events("call-1"))).first_position.to_list() == [1, 3]
    again = chunk(("b", "x", []))
    assert appender.append(appender.prepare(again)).status.to_list() == ["appended"]
    assert last_drawn(store) == 3


def test_a_position_drawn_without_the_lock_before_an_append_is_passed_over(
    store: Store, appender: BulkAppender
) -> None:
    prepared = appender.prepare(three_events("call-1"))
    with store.connect() as intruder:
        intruder.execute("select nextval('stored_events_notification_id_seq')")
    assert appender.append(prepared).first_position.to_list() == [2, 4]
    assert positions(store) == numbered("call-1", first=2)
