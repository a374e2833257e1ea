"""What is told of a request: its id, one line of JSON without anything personal, counts for Prometheus."""

import logging
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from httpx import Response
from prometheus_client.parser import text_string_to_metric_families as families
from psycopg import OperationalError

from graphql_api.app import create_app
from graphql_api.database import Database
from graphql_api.http import measurements
from graphql_api.http.persisted_operations import document_hash
from graphql_api.http.request_log import log, open_request_log
from infra.serving_settings import ServingSettings
from infra.stores import Store
from tests.graphql_api.given import NOW, Api, Asking, key_for, started

TOKEN = "for whoever collects counts"  # noqa: S105 - of this test
QUERY = "query who($n: Int, $q: [String!]) { calls(limit: $n, queue: $q) { id queue } }"


@pytest.fixture(scope="module")
def counted(calls_store: Store) -> Iterator[Api]:
    """An application whose counts nobody else changes."""
    settings = replace(calls_store.settings, serving=ServingSettings(metrics_token=TOKEN))
    with started(create_app(settings, clock=lambda: NOW)) as api:
        yield api


@pytest.fixture(scope="module")
def admin(counted: Api, calls_store: Store) -> Asking:
    return Asking(counted, key_for(calls_store, "admin"))


def posted(asking: Asking, body: Any, **headers: str) -> Response:
    sent = {"x-api-key": asking.key, **{name.replace("_", "-"): text for name, text in headers.items()}}
    return asking.api.request("POST", "/graphql", json=body, headers=sent)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[dict[str, Any]]]:
    """The lines that requests leave from here on."""
    found: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(orjson.loads(record.getMessage()))

    handler = Keep()
    log.addHandler(handler)
    with caplog.at_level(logging.INFO, logger=log.name):
        yield found
    log.removeHandler(handler)


def test_a_request_leaves_one_line_without_its_variables(admin: Asking, lines: list[dict[str, Any]]) -> None:
    body = {"query": QUERY, "variables": {"n": 2, "q": ["motor"]}}
    response = posted(admin, body, x_request_id="trace-12345")
    (line,) = lines
    assert "motor" not in str(line)
    took = line.pop("ms")
    assert 0 < took < 20_000
    assert line == {
        "time": NOW.isoformat(),
        "id": "trace-12345",
        "route": "graphql",
        "method": "POST",
        "status": 200,
        "outcome": "ok",
        "codes": [],
        "caller": "_".join(admin.key.split("_")[:2]),
        "role": "admin",
        "kind": "query",
        "operation": "who",
        "document": document_hash(QUERY),
        "rows": 2,
        "bytes": len(response.content),
        "cost": 5,
    }


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"query": "{ nothing }"}, (200, "ok", ["GRAPHQL_VALIDATION_FAILED"])),
        ({"query": "{"}, (200, "ok", ["GRAPHQL_PARSE_FAILED"])),
        ([], (400, "refused", ["BAD_REQUEST"])),
    ],
)
def test_refusals_are_told_by_their_codes(
    admin: Asking, lines: list[dict[str, Any]], body: Any, told: tuple[int, str, list[str]]
) -> None:
    posted(admin, body)
    (line,) = lines
    assert (line["status"], line["outcome"], line["codes"]) == told


def test_an_answer_says_its_request_id(admin: Asking) -> None:
    body = {"query": "{ __typename }"}
    assert posted(admin, body, x_request_id="trace-12345").headers["x-request-id"] == "trace-12345"
    ours = posted(admin, body, x_request_id="not\tfit").headers["x-request-id"]
    assert len(ours) == 32
    assert admin.api.request("GET", "/healthz").headers["x-request-id"] != ours


def value(text: str, name: str, **labels: str) -> float:
    for family in families(text):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return float(sample.value)
    raise AssertionError(f"{name} {labels} is not in\n{text}")


def log_position(store: Store) -> int:
    with store.connect() as connection:
        row = connection.execute("select coalesce(max(notification_id), 0) from stored_events").fetchone()
    assert row
    return int(row[0])


def test_prometheus_is_told_what_became_of_requests_and_how_the_store_stands(
    admin: Asking, calls_store: Store
) -> None:
    posted(admin, {"query": "{ calls(limit: 4) { id } }"})
    posted(admin, {"query": "{ calls(limit: -4) { id } }"})
    with calls_store.connect() as connection:
        connection.execute("update projection_checkpoint set stopped_at = 7 where fact = 'claims'")
    response = admin.api.request("GET", "/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    with calls_store.connect() as connection:
        connection.execute("update projection_checkpoint set stopped_at = null where fact = 'claims'")
    assert response.headers["content-type"].startswith("text/plain")
    text = response.text
    asked = {"route": "graphql", "kind": "query"}
    assert value(text, "kefu_requests_total", **asked, code="BAD_USER_INPUT") == 1
    assert value(text, "kefu_requests_total", **asked, outcome="ok", code="") >= 1
    assert value(text, "kefu_request_seconds_count", **asked) >= 2
    assert value(text, "kefu_answer_rows_total", **asked) >= 4
    assert value(text, "kefu_answer_cost_total", **asked) >= 5
    assert value(text, "kefu_answer_bytes_total", **asked) > 100
    assert value(text, "kefu_requests_in_flight") == 1
    assert value(text, "kefu_database_up") == 1
    assert value(text, "kefu_log_position") == log_position(calls_store)
    assert value(text, "kefu_projector_lag_events", fact="calls") == 0
    assert value(text, "kefu_projector_stopped", fact="claims") == 1


def test_counts_are_for_admins_and_for_the_token(admin: Asking, calls_store: Store) -> None:
    def status(key: str | None) -> int:
        headers = {"x-api-key": key} if key else {}
        return admin.api.request("GET", "/metrics", headers=headers).status_code

    keys = [admin.key, TOKEN, key_for(calls_store, "bi_reader"), None, "x" * 27]
    assert [status(key) for key in keys] == [200, 200, 403, 401, 401]


def test_without_a_token_there_is_none_to_guess(manager: Asking) -> None:
    response = manager.api.request("GET", "/metrics", headers={"authorization": "Bearer None"})
    assert response.status_code == 401


def test_counts_are_told_while_the_database_is_away(admin: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object, **__: object) -> None:
        raise OperationalError("the server has gone")

    monkeypatch.setattr(Database, "fetch", away)
    response = admin.api.request("GET", "/metrics", headers={"x-api-key": TOKEN})
    assert value(response.text, "kefu_database_up") == 0
    asked = {"params": {"query": "{ calls(limit: 1) { id } }"}, "headers": {"x-api-key": admin.key}}
    answer = admin.api.request("GET", "/graphql", **asked)
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert "etag" not in answer.headers


def test_processes_that_share_a_folder_are_counted_together(
    admin: Asking, calls_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(measurements.SHARED_BY_PROCESSES, str(tmp_path))
    response = admin.api.request("GET", "/metrics", headers={"x-api-key": TOKEN})
    assert response.status_code == 200
    assert "kefu_requests_total" not in response.text
    assert value(response.text, "kefu_log_position") == log_position(calls_store)


@pytest.fixture
def quiet() -> Iterator[None]:
    yield
    for handler in tuple(log.handlers):
        log.removeHandler(handler)
        handler.close()
    log.propagate, log.level = True, logging.NOTSET


@pytest.mark.usefixtures("quiet")
def test_lines_go_to_a_file(admin: Asking, tmp_path: Path) -> None:
    open_request_log(str(tmp_path / "requests.log"))
    posted(admin, {"query": "{ __typename }"})
    (line,) = (tmp_path / "requests.log").read_text(encoding="utf-8").splitlines()
    assert orjson.loads(line)["caller"].startswith("kefu_")


@pytest.mark.usefixtures("quiet")
def test_lines_go_to_standard_error() -> None:
    open_request_log("stderr")
    (handler,) = log.handlers
    assert isinstance(handler, logging.StreamHandler)
    assert handler.stream is sys.stderr
