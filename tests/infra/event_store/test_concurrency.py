"""However many write at once, no reader skips an event, one writer wins, and maintenance stalls nobody."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager

import pytest
from eventsourcing.persistence import ApplicationRecorder, IntegrityError
from eventsourcing.postgres import PostgresFactory
from eventsourcing.utils import Environment
from psycopg import errors

from infra.event_store import statements
from infra.event_store.bulk import BulkAppender
from infra.event_store.record import AlreadyKnown, Appended, Conflict, LogBusyError, Record
from infra.event_store.recorder import EventRecorder
from infra.stores import Store
from tests.infra.event_store.given import chunk, factory, record, recorder, stored

INSERT_ONE = (
    "insert into stored_events (originator_id, originator_version, topic, state) values (%s, 1, 't', '')"
)


class Reader:
    """Tails the log by positions, as a projection does."""

    def __init__(self, log: ApplicationRecorder) -> None:
        self.log = log
        self.seen: list[int] = []

    def catch_up(self) -> None:
        after = self.seen[-1] if self.seen else 0
        new = self.log.select_notifications(start=after, limit=1000, inclusive_of_start=False)
        self.seen += [one.id for one in new]


@contextmanager
def held_open(store: Store, sql: Sequence[tuple[str, Sequence[object]]]) -> Iterator[Callable[[], None]]:
    """A writer that has written and not committed; the callable commits it."""
    with store.connect() as connection:
        connection.execute("begin")
        for statement, parameters in sql:
            connection.execute(statement.encode(), parameters)
        yield connection.commit


def append_singly(store: Store) -> None:
    with recorder(store) as log:
        log.append([record("second", stored("call-2", 1))])


def append_in_bulk(store: Store) -> None:
    with BulkAppender(store.conninfo) as appender:
        appender.append(appender.prepare(chunk(("second", "x", [("call-2", "offered")]))))


@pytest.mark.parametrize("append", [append_singly, append_in_bulk])
def test_two_writers_one_held_open_no_reader_skips_an_event(
    store: Store, append: Callable[[Store], None]
) -> None:
    first = [
        (statements.TAKE_APPEND_LOCK, (statements.LOCK_TIMEOUT, statements.APPEND_LOCK)),
        (INSERT_ONE, ("call-1",)),
    ]
    with recorder(store) as log, held_open(store, first) as commit, ThreadPoolExecutor() as threads:
        reader = Reader(log)
        second = threads.submit(append, store)
        assert not wait([second], timeout=0.3).done
        reader.catch_up()
        assert reader.seen == []
        commit()
        second.result()
        reader.catch_up()
        assert reader.seen == [1, 2]


def test_with_the_librarys_database_functions_a_reader_skips_an_event(store: Store) -> None:
    """Why POSTGRES_ENABLE_DB_FUNCTIONS is refused."""
    settings = {"POSTGRES_ENABLE_DB_FUNCTIONS": "y", "CREATE_TABLE": "y"}
    theirs = PostgresFactory(Environment(env={**store.service_env(), **settings}))
    log = theirs.application_recorder()
    # The function that the library's own insert_events calls.
    first = "select es_insert_events_text(array[row(%s, 1, 't', '')::stored_event_text])"
    with held_open(store, [(first, ("call-1",))]) as commit:
        reader = Reader(log)
        log.insert_events([stored("call-2", 1)])
        reader.catch_up()
        commit()
        reader.catch_up()
    assert [one.id for one in log.select_notifications(start=None, limit=10)] == [1, 2]
    assert reader.seen == [2]
    theirs.close()


@pytest.mark.parametrize(
    "maintenance",
    ["analyze stored_events", "lock table stored_events in share update exclusive mode"],
    ids=["analyze", "the lock of vacuum"],
)
@pytest.mark.parametrize("append", [append_singly, append_in_bulk])
def test_open_maintenance_does_not_stall_an_append(
    store: Store, append: Callable[[Store], None], maintenance: str
) -> None:
    with held_open(store, [(maintenance, ())]), ThreadPoolExecutor() as threads:
        with store.connect() as other, pytest.raises(errors.LockNotAvailable), other.transaction():
            # What the library would take instead of our advisory lock.
            other.execute("lock table stored_events in exclusive mode nowait")
        threads.submit(append, store).result(timeout=1)


def test_of_sixteen_appends_of_one_version_exactly_one_wins(store: Store) -> None:
    with factory(store, POSTGRES_POOL_SIZE="16") as made, ThreadPoolExecutor(16) as threads:
        log = made.application_recorder()
        together = threading.Barrier(16)

        def append(number: int) -> object:
            together.wait()
            (answer,) = log.append([record(f"command {number}", stored("call-1", 1))])
            return answer

        answers = list(threads.map(append, range(16)))
    assert answers.count(Appended(range(1, 2))) == 1
    assert answers.count(Conflict("call-1", 1)) == 15


def test_of_sixteen_inserts_of_one_version_all_but_one_raise(store: Store) -> None:
    with factory(store, POSTGRES_POOL_SIZE="16") as made, ThreadPoolExecutor(16) as threads:
        log = made.application_recorder()
        tries = [threads.submit(log.insert_events, [stored("call-1", 1)]) for _ in range(16)]
        errors_raised = [one.exception() for one in tries]
    assert sum(error is None for error in errors_raised) == 1
    assert sum(isinstance(error, IntegrityError) for error in errors_raised) == 15


def test_the_same_record_told_by_many_is_appended_once(store: Store) -> None:
    with factory(store, POSTGRES_POOL_SIZE="8") as made, ThreadPoolExecutor(8) as threads:
        log = made.application_recorder()
        told = [record("a", stored("call-1", 1), stored("call-1", 2))]
        answers = [answer for (answer,) in threads.map(log.append, [told] * 8)]
    assert answers.count(Appended(range(1, 3))) == 1
    assert answers.count(AlreadyKnown(range(1, 3))) == 7


TURNS = range(1, 26)


def append_groups(log: EventRecorder, writer: int) -> list[tuple[Record, object]]:
    """A record that all writers tell, one of the writer's own, and one that races for a version; 25 times."""
    groups = [
        [
            record(f"shared {turn}", stored(f"shared-{turn}", 1)),
            record(f"own {writer} {turn}", stored(f"own-{writer}", turn)),
            record(f"race {writer} {turn}", stored(f"race-{turn}", 1), stored(f"race-{turn}", 2)),
        ]
        for turn in TURNS
    ]
    return [pair for group in groups for pair in zip(group, log.append(group), strict=True)]


def append_chunks(store: Store) -> int:
    """Chunks that add to the streams raced for and to one of their own; how many events that appended."""
    chunks = [chunk((f"bulk {turn}", "x", [(f"race-{turn}", "late"), ("bulk", "x")])) for turn in TURNS]
    with BulkAppender(store.conninfo) as appender:
        return sum(answer.appended for answer in appender.append_all(chunks))


def test_groups_and_chunks_at_once_answer_each_record_by_itself(store: Store) -> None:
    done = threading.Event()

    def read_along(reader: Reader) -> list[int]:
        while not done.is_set():
            reader.catch_up()
        reader.catch_up()
        return reader.seen

    with factory(store, POSTGRES_POOL_SIZE="6") as made, ThreadPoolExecutor(6) as threads:
        log = made.application_recorder()
        reading = threads.submit(read_along, Reader(log))
        groups = [threads.submit(append_groups, log, writer) for writer in range(4)]
        assert threads.submit(append_chunks, store).result() == 2 * len(TURNS)
        answers = [pair for one in groups for pair in one.result()]
        done.set()
        everything = log.select_notifications(start=None, limit=10_000)
        assert reading.result() == [one.id for one in everything]

    in_log = {(one.id, one.originator_id, one.originator_version) for one in everything}
    for one, answer in answers:
        if isinstance(answer, Appended | AlreadyKnown):
            expected = zip(answer.positions, one.events, strict=True)
            assert {(at, event.originator_id, event.originator_version) for at, event in expected} <= in_log
    kinds = Counter((one.parts[0].split()[0], type(answer)) for one, answer in answers if one.parts)
    assert (kinds["shared", Appended], kinds["shared", AlreadyKnown]) == (25, 75)
    assert kinds["own", Appended] == 100
    assert kinds["race", Appended] + kinds["race", Conflict] == 100
    assert kinds["race", Appended] <= len(TURNS)


def test_a_writer_gives_up_when_the_lock_cannot_be_had(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "LOCK_TIMEOUT", "50ms")
    lock = ("select pg_advisory_xact_lock(%s)", (statements.APPEND_LOCK,))
    with recorder(store) as log, held_open(store, [lock]):
        with pytest.raises(LogBusyError, match="Another writer holds the event log"):
            log.append([record("a", stored("call-1", 1))])
        assert log.max_notification_id() is None
