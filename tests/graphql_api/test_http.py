"""GraphQL over HTTP: statuses, media types, sign-in, bad bodies, time, and pages for browsers."""

import asyncio
import base64
import logging
import time
from typing import Any

import orjson
import pytest

from graphql_api.database import Database, Row
from graphql_api.graphql_endpoint import GraphQLEndpoint
from graphql_api.keys import REMEMBERED
from infra.api_keys import revoke_key
from infra.stores import Store
from tests.graphql_api.given import NOW, Api, Asking, key_for

GRAPHQL = "application/graphql-response+json"
QUERY = "{ calls(limit: 1) { id } }"


@pytest.mark.parametrize(
    ("accept", "status", "media_type"),
    [
        ("", 200, "application/json"),
        ("*/*", 200, "application/json"),
        ("application/json", 200, "application/json"),
        (GRAPHQL, 200, GRAPHQL),
        (f"application/json;q=0.5, {GRAPHQL}", 200, GRAPHQL),
        (f"{GRAPHQL};q=0, application/json", 200, "application/json"),
        (f"{GRAPHQL};q=nonsense, application/json;q=0.1", 200, "application/json"),
        ("text/plain", 406, "application/json"),
    ],
)
def test_the_media_type_is_the_one_wanted_most(
    manager: Asking, accept: str, status: int, media_type: str
) -> None:
    headers = {"x-api-key": manager.key, "accept": accept}
    response = manager.api.request("POST", "/graphql", json={"query": QUERY}, headers=headers)
    assert response.status_code == status
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"


@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), (GRAPHQL, 400)])
def test_an_error_before_execution_has_no_data(manager: Asking, accept: str, status: int) -> None:
    headers = {"x-api-key": manager.key, "accept": accept}
    response = manager.api.request("POST", "/graphql", json={"query": "{ nothing }"}, headers=headers)
    assert response.status_code == status
    assert set(response.json()) == {"errors"}


@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"1",
        b'"x"',
        b"[]",
        b'[{"query":"{ __typename }"}]',
        b"{}",
        b"",
        b"{",
        b'{"query":"\xff"}',
        b'{"query":"\\ud800"}',
        b"[" * 40_000,
        b'{"query":1}',
        b'{"query":""}',
        b'{"query":"{ __typename }","variables":[]}',
        b'{"query":"{ __typename }","variables":"{}"}',
        b'{"query":"{ __typename }","operationName":1}',
        b'{"query":"{ __typename }","extensions":0}',
        b'{"query":"{ __typename }","operationName":"another"}',
    ],
)
def test_a_bad_body_is_a_bad_request(manager: Asking, body: bytes) -> None:
    headers = {"x-api-key": manager.key, "content-type": "application/json"}
    response = manager.api.request("POST", "/graphql", content=body, headers=headers)
    assert response.status_code == 400
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["BAD_REQUEST"]


def test_of_several_operations_one_must_be_named(manager: Asking) -> None:
    query = "query a { __typename } query b { b: __typename }"
    assert manager.error(query)["message"] == "Name one of the operations: a, b"
    body = {"query": query, "operationName": "b"}
    response = manager.api.request("POST", "/graphql", json=body, headers={"x-api-key": manager.key})
    assert response.json()["data"] == {"b": "Query"}


def test_a_large_body_is_not_read(manager: Asking) -> None:
    headers = {"x-api-key": manager.key, "content-type": "application/json"}
    body = orjson.dumps({"query": QUERY + " " * 65_536})
    response = manager.api.request("POST", "/graphql", content=body, headers=headers)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (413, "BAD_REQUEST")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_may_be_posted(manager: Asking, content_type: str) -> None:
    headers = {"x-api-key": manager.key, "content-type": content_type}
    response = manager.api.request("POST", "/graphql", content=b'{"query":"{a}"}', headers=headers)
    assert response.status_code == 415


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_not_allowed(manager: Asking, method: str) -> None:
    response = manager.api.request(method, "/graphql", headers={"x-api-key": manager.key})
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


def test_a_get_answers_queries_and_no_mutations(manager: Asking) -> None:
    headers = {"x-api-key": manager.key}
    asked = {"query": "query($n: Int!) { calls(limit: $n) { id } }", "variables": '{"n": 2}'}
    response = manager.api.request("GET", "/graphql", params=asked, headers=headers)
    assert len(response.json()["data"]["calls"]) == 2
    mutation = {"query": "mutation { __typename }"}
    response = manager.api.request("GET", "/graphql", params=mutation, headers=headers)
    assert (response.status_code, response.headers["allow"]) == (405, "GET, POST")


def test_an_unchanged_answer_is_not_sent_again(manager: Asking) -> None:
    headers = {"x-api-key": manager.key}
    first = manager.api.request("GET", "/graphql", params={"query": QUERY}, headers=headers)
    headers["if-none-match"] = first.headers["etag"]
    again = manager.api.request("GET", "/graphql", params={"query": QUERY}, headers=headers)
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def basic(password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"any:{password}".encode()).decode()}


def test_a_key_signs_in_wherever_a_client_can_put_it(manager: Asking) -> None:
    for headers in (
        {"x-api-key": manager.key},
        {"authorization": f"Bearer {manager.key}"},
        basic(manager.key),
    ):
        response = manager.api.request("POST", "/graphql", json={"query": QUERY}, headers=headers)
        assert response.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-api-key": ""},
        {"x-api-key": "kefu_00000000_" + "a" * 43},
        {"authorization": "Bearer"},
        {"authorization": "Basic !"},
        {"authorization": "Basic " + base64.b64encode(b"\xff:\xff").decode()},
        {"authorization": "Digest x"},
        basic("wrong"),
    ],
)
def test_without_a_good_key_nothing_is_answered(api: Api, headers: dict[str, str]) -> None:
    for method, sent in (("POST", {"json": {"query": QUERY}}), ("GET", {}), ("PUT", {})):
        response = api.request(method, "/graphql", headers={**headers, "accept": "text/html"}, **sent)
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Basic ")
        assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_revoked_key_is_worthless_within_a_second(api: Api, calls_store: Store) -> None:
    key = key_for(calls_store, "admin")
    assert Asking(api, key).data("{ __typename }") == {"__typename": "Query"}
    with calls_store.connect() as connection:
        revoke_key(connection, key.split("_")[1], now=NOW)
    time.sleep(REMEMBERED)
    response = api.request("POST", "/graphql", json={"query": QUERY}, headers={"x-api-key": key})
    assert response.status_code == 401


def test_a_source_system_may_send_events_and_sees_nothing(api: Api, calls_store: Store) -> None:
    source = Asking(api, key_for(calls_store, "source_system"))
    for query in ("{ calls(limit: 1) { id } }", "{ metricCatalogue { metric } }", "{ meta { field } }"):
        assert source.error(query)["extensions"]["code"] == "FORBIDDEN"


def test_what_nobody_foresaw_is_masked_and_logged_under_its_id(
    manager: Asking, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(self: Database, *_asked: Any, **_named: Any) -> list[Row]:
        raise RuntimeError("the secret of calls")

    monkeypatch.setattr(Database, "fetch", broken)
    with caplog.at_level(logging.ERROR, logger="kefu.graphql"):
        answer = manager.answer("{ calls { id } meta { field } }")
    (error,) = answer["errors"]
    assert error["path"] == ["calls"]
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "secret" not in str(answer)
    assert error["extensions"]["id"] in caplog.text
    assert "the secret of calls" in caplog.text


def test_who_asks_for_too_long_is_told_so(manager: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(self: Database, *_asked: Any, **_named: Any) -> list[Row]:
        await asyncio.sleep(60)
        return []

    monkeypatch.setattr(Database, "fetch", slow)
    endpoint: GraphQLEndpoint = manager.api.app.state.graphql
    monkeypatch.setattr(endpoint, "_seconds", 0.05)
    headers = {"x-api-key": manager.key}
    response = manager.api.request("POST", "/graphql", json={"query": QUERY}, headers=headers)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (503, "TIMEOUT")


def test_many_who_ask_at_once_are_all_answered(manager: Asking) -> None:
    def ask(number: int) -> dict[str, Any]:
        return {
            "json": {"query": f"{{ calls(offset: {number}, limit: 1) {{ lastPosition }} }}"},
            "headers": {"x-api-key": manager.key},
        }

    responses = manager.api.together(
        lambda client: [client.post("/graphql", **ask(number)) for number in range(40)]
    )
    answered = [response.json()["data"]["calls"][0]["lastPosition"] for response in responses]
    assert answered == list(range(1, 41))


def test_health_tells_of_the_projector_and_readiness_of_positions(api: Api, calls_store: Store) -> None:
    health = api.request("GET", "/healthz")
    assert (health.status_code, health.json()["status"]) == (200, "ok")
    assert health.json()["projector"] == {"status": "never started", "beatAt": None}
    with calls_store.connect() as connection:
        connection.execute("insert into projector_heartbeat (pid, beat_at) values (1, %s)", [NOW])
    assert api.request("GET", "/healthz").json()["projector"]["status"] == "beating"
    readiness = api.request("GET", "/readyz")
    calls = next(fact for fact in readiness.json()["facts"] if fact["fact"] == "calls")
    assert (readiness.status_code, calls["position"], calls["stoppedAt"]) == (200, 300, None)
