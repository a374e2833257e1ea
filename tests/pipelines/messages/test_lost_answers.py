"""Answers lost, servers killed or stopped under load: each record is stored once, or not at all."""

import signal
import socket
from pathlib import Path

import httpx
import pytest

from infra.settings import Settings
from infra.stores import Store
from pipelines.messages.group_appender import GroupAppender, Unavailable
from pipelines.messages.mappings import read_plans
from tests.graphql_api.given import key_for
from tests.infra.proxy import proxied, proxy_to
from tests.pipelines.given import NOW, log_of
from tests.pipelines.messages.given import MAPPING, call, event, ordered, statuses, with_mappings
from tests.pipelines.messages.serving import UVICORN, Sources, post, serving

SOURCES = 6


@pytest.fixture
def settings(embedded_store: Store, tmp_path: Path) -> Settings:
    return with_mappings(embedded_store, tmp_path, desk=MAPPING)


def calls_of(store: Store) -> list[str]:
    """The numbers of the calls in the log, each of which has both its events."""
    events = log_of(store).filter(topic="call.offered")
    answered = log_of(store).filter(topic="call.answered")
    assert sorted(events["originator_id"]) == sorted(answered["originator_id"])
    return sorted(stream.partition(":")[2] for stream in events["originator_id"])


def test_a_commit_that_was_not_answered_is_known_when_the_request_is_repeated(
    embedded_store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (plan,) = read_plans(settings).values()
    with proxied(embedded_store.conninfo) as (proxy, conninfo):
        monkeypatch.setattr(embedded_store, "conninfo", conninfo)
        appender = GroupAppender(embedded_store, clock=lambda: NOW)
        try:
            appender.submit([ordered(1, plan)]).result()
            proxy.arm()
            with pytest.raises(Unavailable):
                appender.submit([ordered(2, plan)]).result()
            assert calls_of(embedded_store) == ["1", "2"]
            (answer,) = appender.submit([ordered(2, plan)]).result()
        finally:
            appender.close()
        assert (proxy.cuts, answer.status, answer.events) == (1, "known", 0)
        assert calls_of(embedded_store) == ["1", "2"]


def test_after_a_lost_answer_and_a_kill_under_load_what_was_acknowledged_is_stored_once(
    embedded_store: Store, settings: Settings
) -> None:
    key = key_for(embedded_store, "source_system")
    with serving(settings) as (server, port):
        _lose_an_answer(port, key, embedded_store)
        sources = Sources(port, key, count=SOURCES, first=2)
        sources.wait_until(acknowledged=100)
        server.kill()
        sources.stop()
    stored = [int(number) for number in calls_of(embedded_store)]
    assert len(stored) == len(set(stored))
    assert sources.acknowledged <= set(stored) <= sources.sent | set(range(10))


def _lose_an_answer(port: int, key: str, store: Store) -> None:
    """Calls 0 to 9 are stored, and known when they are told again."""
    messages = [event(call(number)) for number in range(10)]
    with proxy_to(lambda: socket.create_connection(("127.0.0.1", port)), last_words=b"POST /") as proxy:
        proxy.arm()
        with pytest.raises(httpx.TransportError):
            post(proxy.port, key, messages)
        assert (proxy.cuts, len(calls_of(store))) == (1, 10)
        again = post(proxy.port, key, messages)
    assert (again.status_code, statuses(again.json())) == (200, ["known"] * 10)


def test_several_processes_serve_one_store_and_stop_without_losing_an_answer(
    embedded_store: Store, settings: Settings
) -> None:
    key = key_for(embedded_store, "source_system")
    with serving(settings, "--workers", "2", command=UVICORN) as (server, port):
        sources = [Sources(port, key, count=SOURCES // 2, first=0) for _ in range(2)]
        for one in sources:
            one.wait_until(acknowledged=50)
        server.send_signal(signal.SIGTERM)
        for one in sources:
            one.stop()
        server.wait(timeout=30)
    stored = [int(number) for number in calls_of(embedded_store)]
    assert len(stored) == len(set(stored))
    acknowledged = sources[0].acknowledged | sources[1].acknowledged
    assert acknowledged <= set(stored) <= sources[0].sent | sources[1].sent
