"""Concurrent requests share commits, too many wait, the log is away, the server stops: nothing is lost."""

import asyncio
import json
from pathlib import Path

import pytest
from httpx import Response

from infra.event_store import statements
from infra.stores import Store
from pipelines.messages.cloud_events import BATCH
from pipelines.messages.desk import Desk
from pipelines.messages.group_appender import GroupAppender
from pipelines.messages.mappings import read_plans
from pipelines.messages.room import Room
from tests.pipelines.given import NOW, log_of
from tests.pipelines.messages.given import (
    MAPPING,
    Source,
    call,
    event,
    ordered,
    source_of,
    statuses,
    with_mappings,
)

OTHER = MAPPING.replace("source: desk_call", "source: other_call").replace("example.call", "example.other")
BATCHES = "select count(*) from append_batch where mapping = 'desk'"


def together(source: Source, *bodies: object) -> list[Response]:
    """Several batches at once."""
    headers = {"x-api-key": source.key, "content-type": BATCH}
    return source.api.together(
        lambda client: [client.post("/events", content=json.dumps(body), headers=headers) for body in bodies]
    )


def commits(store: Store) -> int:
    with store.connect() as connection:
        (count,) = connection.execute(BATCHES).fetchone() or (0,)
    return int(count)


def test_concurrent_requests_share_commits(source: Source, embedded_store: Store) -> None:
    responses = together(source, *[[event(call(number))] for number in range(40)])
    assert [response.json()[0]["status"] for response in responses] == ["appended"] * 40
    assert commits(embedded_store) <= 10
    assert log_of(embedded_store).filter(topic="call.offered").height == 40


def test_one_record_in_many_requests_at_once_is_appended_once(source: Source, embedded_store: Store) -> None:
    responses = together(source, *[[event(call(1)), event(call(number))] for number in range(2, 22)])
    first = [response.json()[0]["status"] for response in responses]
    assert sorted(first) == ["appended", *["known"] * 19]
    assert log_of(embedded_store).filter(topic="call.offered").height == 21


def test_records_of_several_mappings_in_one_request_are_answered_in_order(
    embedded_store: Store, tmp_path: Path
) -> None:
    with source_of(embedded_store, tmp_path, desk=MAPPING, other=OTHER) as source:
        kinds = [None, "org.example.other", "org.example.none", "org.example.other", None]
        messages = [event(call(place)) | ({"type": kind} if kind else {}) for place, kind in enumerate(kinds)]
        answers = source.tell_all(messages)
    assert [answer["id"] for answer in answers] == ["e0", "e1", "e2", "e3", "e4"]
    assert statuses(answers) == ["appended", "appended", "refused", "appended", "appended"]


def test_more_records_than_may_wait_are_told_to_come_again(embedded_store: Store, tmp_path: Path) -> None:
    room = Room(records=30, size=1 << 20)
    with source_of(embedded_store, tmp_path, room=room, desk=MAPPING) as source:
        bodies = [[event(call(10 * number + one)) for one in range(10)] for number in range(8)]
        responses = together(source, *bodies)
        assert {response.status_code for response in responses} == {200, 429}
        busy = [response for response in responses if response.status_code == 429]
        assert {(one.headers["retry-after"], one.json()["code"]) for one in busy} == {
            ("1", "TOO_MUCH_WAITING")
        }
        taken = 8 - len(busy)
        assert log_of(embedded_store).filter(topic="call.offered").height == 10 * taken
        again = [source.post(json.dumps(body), media_type=BATCH) for body in bodies]
    assert [response.status_code for response in again] == [200] * 8
    assert log_of(embedded_store).filter(topic="call.offered").height == 80


def test_more_bytes_than_may_wait_are_not_even_read(embedded_store: Store, tmp_path: Path) -> None:
    with source_of(embedded_store, tmp_path, room=Room(records=1000, size=100), desk=MAPPING) as source:
        assert source.post(json.dumps(event(call(1)))).status_code == 429
        assert source.post(b"x").status_code == 400


def test_while_the_log_is_busy_requests_are_told_to_come_again(
    source: Source, embedded_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert source.tell(event(call(1)))["status"] == "appended"
    monkeypatch.setattr("infra.event_store.locked_log.statements.LOCK_TIMEOUT", "100ms")
    with embedded_store.connect() as connection, connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [statements.APPEND_LOCK])
        response = source.post(json.dumps(event(call(2))))
    assert (response.status_code, response.json()["code"]) == (503, "LOG_UNAVAILABLE")
    assert response.headers["retry-after"] == "5"
    assert source.tell(event(call(2)))["status"] == "appended"


def test_after_the_connections_broke_the_next_request_is_taken(source: Source, embedded_store: Store) -> None:
    assert source.tell(event(call(1)))["status"] == "appended"
    cut = """
    select pg_terminate_backend(pid)
    from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
    """
    with embedded_store.connect() as connection:
        connection.execute(cut)
    again = [source.post(json.dumps(event(call(2)))).status_code for _ in range(2)]
    assert again in ([200, 200], [503, 200])
    assert log_of(embedded_store).filter(topic="call.offered").height == 2


def test_a_server_that_stops_finishes_what_it_accepted(embedded_store: Store, tmp_path: Path) -> None:
    (plan,) = read_plans(with_mappings(embedded_store, tmp_path, desk=MAPPING)).values()
    appender = GroupAppender(embedded_store, clock=lambda: NOW)
    messages = [ordered(number, plan) for number in range(50)]
    promised = [appender.submit([message]) for message in messages]
    appender.close()
    assert [one.result(timeout=0)[0].status for one in promised] == ["appended"] * 50


def test_a_fault_of_ours_is_told_to_whoever_waits_and_the_next_are_taken(
    embedded_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (plan,) = read_plans(with_mappings(embedded_store, tmp_path, desk=MAPPING)).values()
    appender = GroupAppender(embedded_store, clock=lambda: NOW)
    with monkeypatch.context() as broken:
        broken.setattr(Desk, "take", lambda _desk, _orders: [])
        with pytest.raises(ValueError, match="shorter"):
            appender.submit([ordered(1, plan)]).result(timeout=60)
    (answer,) = appender.submit([ordered(1, plan)]).result(timeout=60)
    appender.close()
    assert answer.status == "appended"


def test_a_request_given_up_before_its_turn_appends_nothing_and_harms_nobody(
    embedded_store: Store, tmp_path: Path
) -> None:
    (plan,) = read_plans(with_mappings(embedded_store, tmp_path, desk=MAPPING)).values()
    appender = GroupAppender(embedded_store, clock=lambda: NOW)
    promised = [appender.submit([ordered(number, plan)]) for number in range(50)]
    given_up = [one.cancel() for one in promised[1::2]]
    appender.close()
    done = [one for one in promised if not one.cancelled()]
    assert {one.result(timeout=0)[0].status for one in done} == {"appended"}
    assert log_of(embedded_store).filter(topic="call.offered").height == 50 - sum(given_up)


def test_who_goes_away_leaves_whole_records_only(source: Source, embedded_store: Store) -> None:
    async def hurried() -> None:
        headers = {"x-api-key": source.key, "content-type": BATCH}
        body = json.dumps([event(call(number)) for number in range(100)])
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(source.api.client.post("/events", content=body, headers=headers), 0.001)

    source.api.runner.run(hurried())
    answers = source.tell_all([event(call(number)) for number in range(100)])
    assert set(statuses(answers)) in ({"appended"}, {"known"})
    events = log_of(embedded_store)
    assert events.filter(topic="call.offered").height == events.filter(topic="call.answered").height == 100
