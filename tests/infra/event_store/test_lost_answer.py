"""The answer to a COMMIT is lost on its way: what was told is stored once, and known when told again."""

import pytest
from psycopg import OperationalError

from infra.event_store.bulk import BulkAppender
from infra.event_store.record import AlreadyKnown, Appended
from infra.stores import Store
from tests.infra.event_store.given import chunk, factory, record, stored
from tests.infra.proxy import proxied

CALLS = chunk(("a", "x", [("call-1", "offered")]), ("b", "x", [("call-2", "offered")]))


def stored_events(store: Store) -> int:
    with store.connect() as connection:
        (count,) = connection.execute("select count(*) from stored_events").fetchone() or (0,)
    return int(count)


def test_a_chunk_whose_commit_was_not_answered_is_known_afterwards(embedded_store: Store) -> None:
    with proxied(embedded_store.conninfo) as (proxy, conninfo), BulkAppender(conninfo) as appender:
        prepared = appender.prepare(CALLS)
        proxy.arm()
        with pytest.raises(OperationalError):
            appender.append(prepared)
        assert (proxy.cuts, stored_events(embedded_store)) == (1, 2)
        again = appender.append(appender.prepare(CALLS))
        assert (again.status.to_list(), again.appended) == (["known", "known"], 0)
    assert stored_events(embedded_store) == 2


def test_the_recorder_asks_again_by_itself_and_is_told_that_it_is_known(embedded_store: Store) -> None:
    with proxied(embedded_store.conninfo) as (proxy, conninfo):
        through = {
            "POSTGRES_HOST": "127.0.0.1",
            "POSTGRES_PORT": str(proxy.port),
            "POSTGRES_CONNINFO": conninfo,
        }
        with factory(embedded_store, **through) as made:
            log = made.application_recorder()
            assert log.append([record("a", stored("call-1", 1))]) == [Appended(range(1, 2))]
            proxy.arm()
            assert log.append([record("b", stored("call-2", 1))]) == [AlreadyKnown(range(2, 3))]
    assert (proxy.cuts, stored_events(embedded_store)) == (1, 2)
