"""Pages of other addresses: refused unless their exact origin is allowed; programs and our pages are not."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from httpx import Response

from graphql_api.app import create_app
from infra.serving_settings import ServingSettings
from infra.stores import Store
from tests.graphql_api.given import NOW, Api, Asking, key_for, started

REPORTS = "https://reports.example"
QUERY = {"query": "{ __typename }"}


@pytest.fixture(scope="module")
def reported(calls_store: Store) -> Iterator[Asking]:
    """An application that a page of one other address may ask."""
    settings = replace(calls_store.settings, serving=ServingSettings(origins=(REPORTS,)))
    with started(create_app(settings, clock=lambda: NOW)) as api:
        yield Asking(api, key_for(calls_store, "admin"))


def posted(asking: Asking, **headers: str) -> Response:
    sent = {"x-api-key": asking.key} | {name.replace("_", "-"): value for name, value in headers.items()}
    return asking.api.request("POST", "/graphql", json=QUERY, headers=sent)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "https://reports.example.evil.example", "https://reports.example:8443"],
)
def test_a_page_of_another_address_is_refused(reported: Asking, origin: str) -> None:
    response = posted(reported, origin=origin)
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (403, "ORIGIN_NOT_ALLOWED")
    assert "add the origin to KEFU_ORIGINS" in error["message"]
    assert "access-control-allow-origin" not in response.headers


def test_none_is_allowed_by_default(manager: Asking) -> None:
    assert posted(manager, origin=REPORTS).status_code == 403
    assert posted(manager, origin="http://kefu.test").status_code == 200
    assert "access-control-allow-origin" not in posted(manager).headers


def test_an_allowed_page_may_ask_and_see_what_it_needs(reported: Asking) -> None:
    response = posted(reported, origin=REPORTS)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == REPORTS
    assert "access-control-allow-credentials" not in response.headers
    assert "ETag" in response.headers["access-control-expose-headers"]
    assert "Origin" in response.headers["vary"]


def preflight(api: Api, origin: str) -> Response:
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "x-api-key, content-type",
    }
    return api.request("OPTIONS", "/graphql", headers=headers)


def test_a_browser_is_told_beforehand(reported: Asking) -> None:
    assert preflight(reported.api, REPORTS).headers["access-control-allow-origin"] == REPORTS
    refused = preflight(reported.api, "https://evil.example")
    assert (refused.status_code, "access-control-allow-origin" in refused.headers) == (403, False)


def test_a_picture_on_another_page_asks_nothing_and_a_link_leads_here(manager: Asking) -> None:
    crossing = {"sec_fetch_site": "cross-site"}
    assert posted(manager, **crossing, sec_fetch_mode="no-cors").status_code == 403
    assert posted(manager, **crossing, sec_fetch_mode="navigate").status_code == 200
