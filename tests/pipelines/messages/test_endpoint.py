"""POST /events over HTTP: an answer for each record in its order, or why nothing of a request was taken."""

import json
from typing import Any

import pytest
from httpx import Response

from infra.stores import Store
from pipelines.messages.cloud_events import BATCH, SINGLE
from pipelines.messages.desk import Desk
from pipelines.messages.orders import LARGEST_EVENT
from tests.graphql_api.given import key_for
from tests.pipelines.messages.given import Source, call, event, statuses


def problem_of(response: Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "status", "code", "detail"}
    assert body["status"] == response.status_code
    return response.status_code, body["code"]


def test_a_message_is_appended_then_known_then_refused(source: Source) -> None:
    first = source.post(json.dumps(event(call(1))))
    assert (first.status_code, first.json()) == (
        200,
        {
            "id": "e1",
            "source": "/desk",
            "status": "appended",
            "events": 2,
            "position": 2,
            "reason": None,
            "detail": None,
        },
    )
    again = source.post(json.dumps(event(call(1))))
    assert (again.status_code, again.json()["status"], again.json()["events"]) == (200, "known", 0)
    changed = source.post(json.dumps(event(call(1, wait=6))))
    assert (changed.status_code, changed.json()["status"]) == (409, "refused")
    assert changed.json()["reason"] == "changed"
    assert changed.json()["detail"] == "id 1 is known with other content"


def test_every_record_of_a_batch_is_answered_in_its_place(source: Source) -> None:
    messages = [event(call(1)), event(call(2, line="test")), event(call(3, came="soon")), event(call(4))]
    response = source.post(json.dumps(messages), media_type=BATCH)
    answers = response.json()
    assert (response.status_code, [answer["id"] for answer in answers]) == (207, ["e1", "e2", "e3", "e4"])
    assert [(one["status"], one["reason"]) for one in answers] == [
        ("appended", None),
        ("rejected", "test_call"),
        ("rejected", "bad_time"),
        ("appended", None),
    ]
    assert answers[2]["detail"] == "came 'soon' is no time of the form %Y-%m-%d %H:%M:%S"
    assert source.post(json.dumps([messages[0], messages[3]]), media_type=BATCH).status_code == 200


def test_a_rejected_message_alone_is_a_bad_request(asked: Source) -> None:
    response = asked.post(json.dumps(event(call(1, line="test"))))
    assert (response.status_code, response.json()["reason"]) == (400, "test_call")


def test_a_type_that_no_mapping_takes_is_refused_with_those_there_are(asked: Source) -> None:
    unknown = asked.post(json.dumps(event(call(1), type="org.example.visit")))
    assert (unknown.status_code, unknown.json()["reason"]) == (409, "unknown_type")
    assert "known are org.example.call" in unknown.json()["detail"]


def test_an_empty_batch_has_an_empty_answer(asked: Source) -> None:
    response = asked.post("[]", media_type=BATCH)
    assert (response.status_code, response.json()) == (200, [])


NO_EVENTS: list[tuple[str, str, Any]] = [
    ("not_a_cloud_event", "is no JSON object", 5),
    ("not_a_cloud_event", "'id'", event(call(1), id=None)),
    ("not_a_cloud_event", "'id'", event(call(1), id="")),
    ("not_a_cloud_event", "'id'", event(call(1), id=7)),
    ("not_a_cloud_event", "'source'", event(call(1), source=None)),
    ("not_a_cloud_event", "'type'", event(call(1), type=None)),
    ("not_a_cloud_event", "'specversion'", event(call(1), specversion=None)),
    ("not_a_cloud_event", "specversion than 1.0", event(call(1), specversion="0.3")),
    ("not_a_cloud_event", "'time'", event(call(1), time="yesterday")),
    ("not_a_cloud_event", "'time'", event(call(1), time="2026-02-30T00:00:00Z")),
    ("not_a_cloud_event", "an attribute", event(call(1), Subject="x")),
    ("not_a_cloud_event", "an attribute", event(call(1), ext={"a": 1})),
    ("not_a_cloud_event", "'data'", event([1])),
    ("not_a_cloud_event", "'data'", event(None, data_base64="AA==")),
    ("not_a_cloud_event", "not JSON", event(call(1), datacontenttype="text/xml")),
    ("not_a_cloud_event", "'id'", event(call(1), id="a\0")),
    ("not_a_cloud_event", "'subject'", event(call(1), subject="\ud800")),
    ("unreadable", "half a character", event(call(1), ext="\ud800")),
    ("unreadable", "not JSON", event(call(1, wait=float("nan")))),
    ("unreadable", "not JSON", event(call(1, wait=float("-inf")))),
    ("unreadable", "half a character", event(call(1, line="\ud800"))),
    ("unreadable", "a zero", event(call(1, line="a\0"))),
    ("unreadable", "a zero", event(call(1, line=["a\0"]))),
    ("too_large", "1 MiB", event(call(1, line="x" * (LARGEST_EVENT + 1)))),
]


def test_what_is_no_cloud_event_is_rejected_and_its_neighbours_are_not(source: Source) -> None:
    messages = [value for _, _, value in NO_EVENTS]
    between = [one for number, bad in enumerate(messages) for one in (event(call(number)), bad)]
    answers = source.tell_all(between)
    assert statuses(answers[0::2]) == ["appended"] * len(messages)
    for (reason, detail, _), answer in zip(NO_EVENTS, answers[1::2], strict=True):
        assert (answer["status"], answer["reason"]) == ("rejected", reason)
        assert detail in answer["detail"]


RAW = {
    "gives an attribute twice": b'{"specversion":"1.0","id":"1","id":"2"}',
    "has a column twice": b'"data":{"id":"1","id":"2"}}',
    "is nested too deep": b'"data":{"id":' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    "holds bytes that are not UTF-8 text": b'"data":{"a":"\xff"}}',
    "has a number of more than 400 digits; write it as text": b'"data":{"id":1e999999999}}',
    "is not JSON (or more than one value)": b'"data":{"a":Infinity}}',
}
HEAD = b'{"specversion":"1.0","id":"1","source":"/desk","type":"org.example.call",'


@pytest.mark.parametrize("detail", RAW)
def test_bytes_that_cannot_be_read_harm_no_neighbour(asked: Source, detail: str) -> None:
    good = json.dumps(event(call(99, line='[,"\\]'))).encode()
    bad = RAW[detail] if RAW[detail].startswith(b"{") else HEAD + RAW[detail]
    answers = asked.post(b"[" + good + b"," + bad + b"," + good + b"]", media_type=BATCH).json()
    assert [answer["detail"] for answer in answers] == [None, detail, None]
    alone = asked.post(bad)
    assert (alone.status_code, alone.json()["detail"]) == (400, detail)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"", SINGLE),
        (b"{", SINGLE),
        (b"\x00", SINGLE),
        (b"{}", BATCH),
        (b"[{},", BATCH),
        (b"[1 2]", BATCH),
        (b"[" * 100_000, BATCH),
        ("[]".encode("utf-16"), BATCH),
    ],
)
def test_a_body_that_is_not_json_is_a_bad_request(asked: Source, body: bytes, media_type: str) -> None:
    assert problem_of(asked.post(body, media_type=media_type)) == (400, "NOT_JSON")


@pytest.mark.parametrize(
    "media_type", ["application/json", "text/plain", "", f"{SINGLE}; charset=latin-1", f"{SINGLE}-seq"]
)
def test_another_media_type_is_not_taken(asked: Source, media_type: str) -> None:
    response = asked.post(json.dumps(event(call(1))), media_type=media_type)
    assert problem_of(response) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert response.headers["accept-post"] == f"{SINGLE}, {BATCH}"


def test_a_packed_body_is_not_taken(asked: Source) -> None:
    response = asked.post(b"x", **{"content-encoding": "gzip"})
    assert problem_of(response) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_the_charset_may_be_named(asked: Source) -> None:
    for media_type in (f"{SINGLE}; charset=UTF-8", f'{SINGLE.upper()};charset="utf-8"'):
        assert asked.post(json.dumps(event(call(1))), media_type=media_type).status_code == 200


def test_what_is_too_large_is_not_taken(asked: Source) -> None:
    assert problem_of(asked.post(b" " * (LARGEST_EVENT + 1))) == (413, "TOO_LARGE")
    many = json.dumps([event(call(1))] * 1_001)
    assert problem_of(asked.post(many, media_type=BATCH)) == (413, "TOO_LARGE")


def test_a_body_without_a_length_is_counted_as_it_comes(asked: Source) -> None:
    async def parts() -> Any:
        for _ in range(LARGEST_EVENT // 1024 + 1):
            yield b" " * 1024

    headers = {"x-api-key": asked.key, "content-type": SINGLE}
    response = asked.api.request("POST", "/events", content=parts(), headers=headers)
    assert problem_of(response) == (413, "TOO_LARGE")


def test_only_source_systems_and_admins_may_send(asked: Source, asked_store: Store) -> None:
    body = json.dumps(event(call(1)))
    for key in ("", "kefu_00000000_" + "a" * 43):
        response = Source(asked.api, key).post(body)
        assert problem_of(response) == (401, "UNAUTHENTICATED")
        assert response.headers["www-authenticate"] == 'Bearer realm="Kefu"'
    assert problem_of(Source(asked.api, key_for(asked_store, "bi_reader")).post(body)) == (403, "FORBIDDEN")
    assert Source(asked.api, key_for(asked_store, "admin")).post(body).status_code == 200
    bearer = {"authorization": f"Bearer {asked.key}", "content-type": SINGLE}
    assert asked.api.request("POST", "/events", content=body, headers=bearer).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_events_are_posted(asked: Source, method: str) -> None:
    response = asked.api.request(method, "/events", headers={"x-api-key": asked.key})
    assert (problem_of(response), response.headers["allow"]) == ((405, "METHOD_NOT_ALLOWED"), "POST")


def test_a_fault_of_ours_is_masked_and_logged_under_its_id(
    asked: Source, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: object, messages: object) -> None:
        raise RuntimeError("the secret of C1")

    monkeypatch.setattr(Desk, "take", broken)
    response = asked.post(json.dumps(event(call(1))))
    assert problem_of(response) == (500, "INTERNAL_SERVER_ERROR")
    assert "secret" not in response.text
    assert response.json()["detail"].rpartition(" ")[2] in caplog.text
    assert "the secret of C1" in caplog.text


def test_the_api_beside_it_answers_as_alone(asked: Source, asked_store: Store) -> None:
    health = asked.api.request("GET", "/healthz")
    assert (health.status_code, health.json()["status"]) == (200, "ok")
    assert asked.api.request("GET", "/readyz").status_code == 200
    question = {"query": "{ metricCatalogue { metric } }"}
    headers = {"x-api-key": key_for(asked_store, "bi_reader")}
    answer = asked.api.request("POST", "/graphql", json=question, headers=headers).json()
    assert {"metric": "calls"} in answer["data"]["metricCatalogue"]
    assert asked.api.request("GET", "/nothing").status_code == 404
