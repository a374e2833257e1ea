"""A store is used again only if nothing in it tells that it was used."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg import Connection

from infra.stores import Store, open_store
from tests.conftest import RunningServer
from tests.reused_stores import KINDS, Stock, Used, fingerprint

EVENT = StoredEvent(originator_id="call-1", originator_version=1, topic="call.offered", state=b"{}")


@pytest.fixture
def stock(server: RunningServer) -> Stock:
    """Stores of their own on each server in turn."""
    return Stock(server=server.stock.server)


def opened(server: RunningServer, used: Used) -> Store:
    return open_store(replace(server.settings, store=used.name))


def run(server: RunningServer, used: Used, *statements: str, kind: int = 0) -> None:
    address = server.stock.server.conninfo(KINDS[kind].database(used.name))
    with Connection[Any].connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_a_used_store_comes_back_under_another_name_as_if_nobody_had_used_it(
    server: RunningServer, stock: Stock
) -> None:
    used = stock.take()
    with opened(server, used) as store:
        epoch, append_key = store.epoch(), store.append_key
        store.recorder().insert_events([EVENT])
        store.keys.subject_keys(["c1"])
        store.keys.secret("of a day")
    run(
        server,
        used,
        "create table calls (id bigserial primary key, n text)",
        "insert into calls (n) values ('a')",
    )
    run(server, used, "insert into store_meta values ('backed_up', 'today')", "analyze")
    assert stock.give_back(used)
    stock.give_back(stock.take())
    again = stock.take()
    assert again == used._replace(name=again.name) != used
    with opened(server, again) as store:
        assert (store.epoch(), store.append_key) == (epoch, append_key)
        assert store.recorder().insert_events([EVENT]) == [1]
        assert store.keys.having_keys({"c1"}) == set()
    stock.give_back(again)


def test_whoever_is_left_over_is_shown_out_and_does_not_come_back(
    server: RunningServer, stock: Stock
) -> None:
    used = stock.take()
    with opened(server, used) as store, store.connect() as left_over:
        left_over.execute("begin")
        left_over.execute("lock table stored_events")
        assert stock.give_back(used)
        with pytest.raises(psycopg.OperationalError):
            left_over.execute("select 1")
        stock.give_back(stock.take())
        stock.give_back(stock.take())
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            store.connect()


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        (0, "update store_meta set value = 'another'"),
        (0, "create index on stored_events (topic)"),
        (0, "alter table stored_events alter topic set not null"),
        (0, "alter table due_moment drop column due_at"),
        (0, "alter table stored_events set (fillfactor = 50)"),
        (0, "drop index stored_events_persons_idx"),
        (0, "insert into due_moment values ('call-1', 1, null)"),
        (0, "create function one() returns int language sql return 1"),
        (0, "create type sort as enum ('a')"),
        (0, "create schema elsewhere"),
        (0, "create materialized view seen as select * from stored_events"),
        (0, "create sequence numbers"),
        (0, "create rule nothing as on insert to api_key do instead nothing"),
        (0, "grant select on stored_events to public"),
        (0, "grant create on schema public to public"),
        (0, "create policy own on api_key"),
        (0, "do $$ begin execute format('alter database %I set work_mem = 64', current_database()); end $$"),
        (0, "delete from schema_migration where name = (select max(name) from schema_migration)"),
        (1, "update secret set wrapped = '\\x00' where name = 'append'"),
        (1, "delete from secret"),
        (1, "alter table rejected_row_mark disable trigger all"),
        (1, "alter table rejected_row_mark drop constraint rejected_row_mark_row_fkey"),
        (1, "drop view number_owner"),
    ],
)
def test_whatever_is_not_as_it_was_shows(embedded_store: Store, kind: int, statement: str) -> None:
    database = embedded_store.server.conninfo(KINDS[kind].database(embedded_store.settings.store))
    with Connection[Any].connect(database, autocommit=True) as connection:
        before = fingerprint(connection, KINDS[kind])
        with connection.transaction(force_rollback=True):
            connection.execute(statement.encode())
            assert fingerprint(connection, KINDS[kind]) != before


@pytest.mark.parametrize("statement", ["create sequence numbers", "drop table append_key"])
def test_a_store_that_is_not_as_it_was_is_dropped(embedded_server: RunningServer, statement: str) -> None:
    stock = Stock(server=embedded_server.stock.server)
    used = stock.take()
    run(embedded_server, used, statement)
    assert not stock.give_back(used)
    assert not stock.idle
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        run(embedded_server, used)
