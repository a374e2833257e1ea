"""A store is two databases that psycopg, ADBC and the event-sourcing library all reach."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import adbc_driver_postgresql.dbapi as adbc
from eventsourcing.application import Application
from eventsourcing.persistence import StoredEvent

from infra.event_store.recorder import EventRecorder
from infra.stores import Store, open_store
from tests.conftest import RunningServer

OTHER_CONNECTIONS = """
select count(*)
from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""


def test_the_address_serves_psycopg_and_adbc(store: Store) -> None:
    name = f"kefu_{store.settings.store}"
    with store.connect() as connection:
        assert connection.execute("select current_database()").fetchone() == (name,)
        assert connection.autocommit
    with adbc.connect(store.conninfo) as other, other.cursor() as cursor:
        cursor.execute("select current_database()")
        assert cursor.fetchone() == (name,)


def test_opening_again_finds_the_same_store(store: Store) -> None:
    with open_store(store.settings) as again:
        assert again.epoch() == store.epoch() != ""
        assert again.service_env() == store.service_env()


def test_all_who_open_a_new_store_at_once_get_the_same(server: RunningServer) -> None:
    settings = replace(server.settings, store=f"t{uuid4().hex[:12]}")

    def open_and_look(_: int) -> tuple[str, bytes]:
        with open_store(settings) as opened:
            return opened.epoch(), opened.append_key

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert len(set(pool.map(open_and_look, range(4)))) == 1


def test_stores_on_one_server_share_nothing(store: Store) -> None:
    other = replace(store.settings, store=f"{store.settings.store}_b")
    with open_store(other) as opened:
        assert opened.conninfo != store.conninfo
        assert opened.service_env()["APPEND_HMAC_KEY"] != store.service_env()["APPEND_HMAC_KEY"]
        assert opened.keys.subject_keys(["c1"]) != store.keys.subject_keys(["c1"])


def test_what_the_recorder_appends_the_log_reads(store: Store) -> None:
    event = StoredEvent(
        originator_id="call-1", originator_version=1, topic="call.offered", state='{"客":1}'.encode()
    )
    positions = store.recorder().insert_events([event])
    with store.log() as log:
        assert log.read(0, log.highest()).rows() == [
            (positions[0] if positions else None, "call-1", 1, "call.offered", '{"客":1}')
        ]


def test_an_application_finds_the_store_by_its_environment(store: Store) -> None:
    application: Application[str] = Application(env=store.service_env())
    try:
        assert isinstance(application.recorder, EventRecorder)
        assert application.recorder.append_hmac_key == store.append_key
        assert application.recorder.max_notification_id() is None
    finally:
        application.close()


def eventually(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)
    return is_so()


def test_closing_leaves_no_connection(store: Store) -> None:
    with open_store(store.settings) as again:
        again.recorder().max_notification_id()
        again.keys.subject_keys(["c1"])
    with store.connect() as connection:
        assert eventually(lambda: connection.execute(OTHER_CONNECTIONS).fetchone() == (0,))
