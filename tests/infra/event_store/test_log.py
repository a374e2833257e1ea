"""The log is read as frames in position order, whatever gaps the positions have."""

from collections.abc import Iterator

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from infra.event_store.log import LOG_SCHEMA, EventLog, read_parallel
from infra.stores import Store
from tests.infra.event_store.given import record, recorder, stored

EVENTS = 12


@pytest.fixture
def log(store: Store) -> Iterator[EventLog]:
    """Twelve events on three streams, at positions 1 to 4, 37 to 40 and 1000 to 1003."""
    with store.connect() as connection, recorder(store) as writer:
        for round_, jump in enumerate([1, 37, 1000]):
            connection.execute("select setval('stored_events_notification_id_seq', %s, false)", (jump,))
            events = [stored(f"客户-{n % 3}", round_ * 4 + n, state=f'"第{n}"'.encode()) for n in range(4)]
            writer.append([record(f"round {round_}", *events)])
    with EventLog(store.conninfo) as opened:
        yield opened


POSITIONS = [1, 2, 3, 4, 37, 38, 39, 40, 1000, 1001, 1002, 1003]


def test_an_empty_log(store: Store) -> None:
    with EventLog(store.conninfo) as log:
        assert log.highest() == 0
        assert_frame_equal(log.read(0, 100), LOG_SCHEMA.to_frame())
        assert list(log.iter_ranges(0, 100, rows=10)) == []
        assert list(read_parallel(store.conninfo, 0, 0)) == []


def test_reads_what_was_appended(log: EventLog) -> None:
    expected = pl.DataFrame(
        {
            "position": [3, 4, 37],
            "originator_id": ["客户-2", "客户-0", "客户-0"],
            "originator_version": [2, 3, 4],
            "topic": ["call.offered"] * 3,
            "state": ['"第2"', '"第3"', '"第0"'],
        }
    )
    assert_frame_equal(log.read(2, 37), expected)


def test_reads_after_and_up_to(log: EventLog) -> None:
    assert log.highest() == 1003
    assert log.read(0, 2000)["position"].to_list() == POSITIONS
    assert log.read(4, 38)["position"].to_list() == [37, 38]
    assert log.read(4, 1003, limit=5)["position"].to_list() == [37, 38, 39, 40, 1000]
    assert log.read(5, 36).is_empty()


@pytest.mark.parametrize("rows", [1, 3, 4, 12, 100])
def test_ranges_cover_the_log_whatever_their_size(log: EventLog, rows: int) -> None:
    frames = list(log.iter_ranges(0, 1003, rows=rows))
    assert [frame.height for frame in frames[:-1]] == [rows] * (len(frames) - 1)
    assert pl.concat(frames)["position"].to_list() == POSITIONS


@pytest.mark.parametrize("window", [1, 5, 40, 5000])
def test_parallel_windows_cover_the_log_in_order(log: EventLog, window: int) -> None:
    frames = list(read_parallel(log.conninfo, 0, 1003, window=window))
    assert all(0 < frame.height <= window for frame in frames)
    assert pl.concat(frames)["position"].to_list() == POSITIONS


def test_reading_in_parallel_may_stop_early(log: EventLog) -> None:
    frames = read_parallel(log.conninfo, 0, 1003, window=2)
    assert next(frames)["position"].to_list() == [1, 2]
    frames.close()


def test_reads_streams_in_the_order_of_the_log(log: EventLog) -> None:
    streams = log.read_streams(["客户-1", "客户-2", "nobody's"], upto=1001)
    assert streams["position"].to_list() == [2, 3, 38, 39, 1001]
    assert log.read_streams([], upto=1001).is_empty()


def test_reads_exactly_these_positions(log: EventLog) -> None:
    assert log.read_positions([1000, 2, 5, 2])["position"].to_list() == [2, 1000]
    assert log.read_positions([]).schema == LOG_SCHEMA


def test_a_broken_connection_is_replaced(log: EventLog, store: Store) -> None:
    assert log.highest() == 1003
    with store.connect() as killer:
        killer.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
    assert log.highest() == 1003
