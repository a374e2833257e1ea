"""Readers of facts stay open between questions, see what is new, and outlive the server's restarts."""

from collections.abc import Iterator

import pytest
from psycopg.sql import SQL

from graphql_api.fact_readers import FactReaders
from infra.stores import Store
from projections.storage.reader import NothingProjected
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.given import call_row, calls_told

SESSIONS = "select pid, state from pg_stat_activity where datname = current_database() and pid <> all(%s)"


@pytest.fixture(scope="module")
def calls_store(embedded_server: RunningServer) -> Iterator[Store]:
    for store in fresh_store(embedded_server):
        calls_told(store, [call_row(number) for number in range(3)])
        yield store


@pytest.fixture
def readers(calls_store: Store) -> Iterator[FactReaders]:
    found = FactReaders(calls_store.conninfo)
    yield found
    found.close()


def sessions(store: Store, others: list[int]) -> dict[int, str]:
    """What each session of the store is doing, but for this one and those that were there before."""
    with store.connect() as connection:
        known = [*others, connection.info.backend_pid]
        return dict(connection.execute(SESSIONS, [known]).fetchall())


def move_on(store: Store, *, by: int) -> None:
    with store.connect() as connection:
        connection.execute(
            "update projection_checkpoint set position = position + %s where fact = 'calls'", [by]
        )


def test_one_connection_serves_one_question_after_another_and_rests_without_a_transaction(
    calls_store: Store, readers: FactReaders
) -> None:
    others = list(sessions(calls_store, []))
    for _ in range(3):
        with readers.snapshot() as facts:
            assert facts.position("calls") == 3
    assert list(sessions(calls_store, others).values()) == ["idle"]


def test_each_question_sees_what_was_told_since_the_last(calls_store: Store, readers: FactReaders) -> None:
    with readers.snapshot() as facts:
        move_on(calls_store, by=4)
        assert facts.position("calls") == 3
    with readers.snapshot() as facts:
        assert facts.position("calls") == 7
    move_on(calls_store, by=-4)


def test_questions_at_once_have_a_connection_each(calls_store: Store, readers: FactReaders) -> None:
    others = list(sessions(calls_store, []))
    with readers.snapshot() as one, readers.snapshot() as other:
        assert one.database is not other.database
    assert len(sessions(calls_store, others)) == 2
    readers.close()
    assert sessions(calls_store, others) == {}


def test_connections_that_the_server_ended_are_replaced(calls_store: Store, readers: FactReaders) -> None:
    others = list(sessions(calls_store, []))
    with readers.snapshot(), readers.snapshot():
        pass
    ended = sessions(calls_store, others)
    with calls_store.connect() as connection:
        connection.execute("select pg_terminate_backend(pid, 5000) from unnest(%s) as pid", [list(ended)])
    with readers.snapshot() as facts:
        assert facts.position("calls") == 3
    assert not sessions(calls_store, others).keys() & ended.keys()


def test_a_question_that_fails_leaves_its_connection_to_the_next(
    calls_store: Store, readers: FactReaders
) -> None:
    others = list(sessions(calls_store, []))
    with pytest.raises(ZeroDivisionError), readers.snapshot():
        raise ZeroDivisionError
    with readers.snapshot():
        pass
    assert len(sessions(calls_store, others)) == 1


def test_no_statement_outlasts_whoever_waits_for_it(calls_store: Store, readers: FactReaders) -> None:
    with readers.snapshot() as facts:
        shown = facts.database.query(SQL("select current_setting('statement_timeout') as seconds"))
        assert shown.item() == "20s"


def test_a_store_without_facts_says_so_each_time(embedded_server: RunningServer) -> None:
    for store in fresh_store(embedded_server, has_tables=False):
        readers = FactReaders(store.conninfo)
        for _ in range(2):
            with pytest.raises(NothingProjected), readers.snapshot():
                pass
        readers.close()
