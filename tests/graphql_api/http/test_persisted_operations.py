"""Documents named instead of sent: by their hash once it was sent, by name where a folder has them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from graphql import GraphQLError
from httpx import Response

from graphql_api.app import create_app
from graphql_api.graphql_requests import GraphQLRequest
from graphql_api.http.persisted_operations import (
    MOST_REMEMBERED,
    PersistedOperations,
    document_hash,
)
from infra.serving_settings import ServingSettings
from infra.settings import SettingError
from infra.stores import Store
from tests.graphql_api.given import NOW, Api, Asking, key_for, started

SHORT = "query short($n: Int!) { calls(limit: $n) { id } }"
OTHER = "{ meta { field } }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("operations")
    (folder / "short.graphql").write_text(SHORT, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def reports(calls_store: Store, folder: Path) -> Iterator[Api]:
    """An application with a folder of operations, to which BI tools are limited."""
    serving = ServingSettings(operations=folder, only_registered=("bi_reader",))
    settings = replace(calls_store.settings, serving=serving)
    with started(create_app(settings, clock=lambda: NOW)) as api:
        yield api


@pytest.fixture(scope="module")
def reader(reports: Api, calls_store: Store) -> Asking:
    return Asking(reports, key_for(calls_store, "bi_reader"))


def got(asking: Asking, *, accept: str = "*/*", **named: str) -> Response:
    headers = {"x-api-key": asking.key, "accept": accept}
    return asking.api.request("GET", "/graphql", params=named, headers=headers)


def persisted(digest: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": digest}}


def test_a_hash_is_not_found_until_its_text_was_sent_with_it(manager: Asking) -> None:
    text = "{ calls(limit: 7) { id queue } }"
    by_hash = orjson.dumps(persisted(document_hash(text))).decode()
    (error,) = got(manager, extensions=by_hash).json()["errors"]
    assert error["message"] == "PersistedQueryNotFound"
    assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    assert "send `query` and its hash once" in error["extensions"]["help"]
    assert len(got(manager, query=text, extensions=by_hash).json()["data"]["calls"]) == 7
    assert len(got(manager, extensions=by_hash).json()["data"]["calls"]) == 7


def test_a_get_by_hash_shows_a_browser_no_page(manager: Asking) -> None:
    by_hash = orjson.dumps(persisted("0" * 64)).decode()
    response = got(manager, extensions=by_hash, accept="text/html, */*;q=0.8")
    assert response.headers["content-type"].startswith("application/json")
    assert got(manager, accept="text/html").headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"query": OTHER, "extensions": persisted("0" * 64)}, "is not the hash of `query`"),
        ({"query": OTHER, "documentId": "short"}, "Give `query` or `documentId`, and not both"),
        ({"extensions": {"persistedQuery": 1}}, "must have a `sha256Hash`"),
        ({"extensions": {"persistedQuery": {"sha256Hash": 5}}}, "must have a `sha256Hash`"),
        ({"extensions": {"persistedQuery": None}}, "must have a `query`"),
        ({"documentId": 5}, "`documentId` must be a text"),
    ],
)
def test_a_contradiction_is_a_bad_request(manager: Asking, body: dict[str, Any], problem: str) -> None:
    response = manager.api.request("POST", "/graphql", json=body, headers={"x-api-key": manager.key})
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (400, "BAD_REQUEST")
    assert problem in error["message"]


def test_a_registered_operation_has_a_short_address(reader: Asking) -> None:
    assert len(got(reader, documentId="short", variables='{"n":3}').json()["data"]["calls"]) == 3
    by_hash = f"sha256:{document_hash(SHORT)}"
    assert len(got(reader, documentId=by_hash, variables='{"n":2}').json()["data"]["calls"]) == 2


def test_who_is_limited_to_registered_operations_asks_nothing_else(
    reader: Asking, reports: Api, calls_store: Store
) -> None:
    response = got(reader, query=OTHER)
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (403, "DOCUMENT_NOT_REGISTERED")
    assert error["message"].endswith("by `documentId`: short")
    assert got(reader, query=SHORT, variables='{"n":1}').status_code == 200
    assert "data" in got(Asking(reports, key_for(calls_store, "admin")), query=OTHER).json()


def test_a_folder_with_an_operation_that_cannot_be_asked_is_refused(
    calls_store: Store, tmp_path: Path
) -> None:
    (tmp_path / "wrong.graphql").write_text("{ nothing }", encoding="utf-8")
    settings = replace(calls_store.settings, serving=ServingSettings(operations=tmp_path))
    with pytest.raises(SettingError, match=r"KEFU_OPERATIONS has wrong\.graphql in .* 'nothing'"):
        create_app(settings)


def test_the_oldest_is_forgotten_first() -> None:
    operations = PersistedOperations({})

    def ask(text: str, *, sent: bool) -> str:
        extensions = persisted(document_hash(text))
        asked = GraphQLRequest(text if sent else "", None, None, extensions)
        return operations.resolved(asked, role="admin").query

    for number in range(MOST_REMEMBERED):
        ask(f"{{ a{number} }}", sent=True)
    assert ask("{ a0 }", sent=False) == "{ a0 }"
    ask("{ one_more }", sent=True)
    assert ask("{ a0 }", sent=False) == "{ a0 }"
    with pytest.raises(GraphQLError, match="PersistedQueryNotFound"):
        ask("{ a1 }", sent=False)
    ask("{ " + "a" * 1_999_996 + " }", sent=True)
    with pytest.raises(GraphQLError, match="PersistedQueryNotFound"):
        ask("{ a0 }", sent=False)
