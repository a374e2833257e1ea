"""The pages for browsers: for signed-in callers, complete in themselves, running nothing but their own."""

import base64
import gzip
import json
import re
from hashlib import sha256
from importlib.resources import files
from typing import Any

import pytest
from httpx import Response

from tests.graphql_api.given import Api, Asking

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def opened(api: Api, page: dict[str, str], **headers: str) -> Response:
    return api.request("GET", "/graphql", params=page, headers={"accept": BROWSER, **headers})


def signed_in(asking: Asking) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"any:{asking.key}".encode()).decode()}


def policy(response: Response) -> dict[str, list[str]]:
    parts = (part.split() for part in response.headers["content-security-policy"].split(";"))
    return {name: sources for name, *sources in parts}


PAGES: list[Any] = [pytest.param({}, id="own"), pytest.param({"ide": "graphiql"}, id="graphiql")]


@pytest.mark.parametrize("page", PAGES)
def test_only_who_is_signed_in_gets_a_page(api: Api, page: dict[str, str]) -> None:
    assert opened(api, page).status_code == 401
    assert opened(api, page, authorization="Basic eDp5").status_code == 401


@pytest.mark.parametrize("page", PAGES)
def test_a_page_runs_its_own_script_alone_and_asks_nobody_else(manager: Asking, page: dict[str, str]) -> None:
    response = opened(manager.api, page, **signed_in(manager))
    (script,) = re.findall(r"<script>(.*?)</script>", response.text, re.DOTALL)
    digest = base64.b64encode(sha256(script.encode()).digest()).decode()
    said = policy(response)
    assert said["script-src"] == [f"'sha256-{digest}'"]
    assert (said["default-src"], said["connect-src"]) == (["'none'"], ["'self'"])
    assert said["frame-ancestors"] == ["'none'"]
    assert response.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_nothing_and_sets_no_cookie(manager: Asking, page: dict[str, str]) -> None:
    response = opened(manager.api, page, **signed_in(manager))
    assert not re.search(r"""<(script|link|img|iframe)\b[^>]*\b(src|href)=""", response.text)
    assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", response.text)
    assert "set-cookie" not in response.headers


def test_the_own_page_has_no_style_but_its_own(manager: Asking) -> None:
    response = opened(manager.api, {}, **signed_in(manager))
    assert all(source.startswith("'sha256-") for source in policy(response)["style-src"])
    assert not re.search(r"\sstyle=", response.text)


def test_graphiql_s_page_was_built_from_what_stands_beside_it() -> None:
    """As far as can be told without building it: our own words, and the versions that are pinned."""
    folder = files("graphql_api") / "graphiql"
    page = gzip.decompress((folder / "graphiql.html.gz").read_bytes()).decode()
    query = re.findall(r"const QUERY = `(.*?)`", (folder / "entry.js").read_text(encoding="utf-8"), re.DOTALL)
    assert query[0] in page
    pinned = json.loads((folder / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    licences = (folder / "LICENSES.txt").read_text(encoding="utf-8")
    bundled = {name: version for name, version in pinned.items() if name != "esbuild"}
    assert all(f"{name} {version} (" in licences for name, version in bundled.items())


def test_graphiql_is_small_enough_and_says_under_which_licences_it_is() -> None:
    folder = files("graphql_api") / "graphiql"
    page = (folder / "graphiql.html.gz").read_bytes()
    assert len(page) < 1_500_000
    assert "GraphiQL" in gzip.decompress(page).decode()
    licences = (folder / "LICENSES.txt").read_text(encoding="utf-8")
    named = set(re.findall(r"^(\S+) \d+\.\S+ \((\S+)\)$", licences, re.MULTILINE))
    assert {name for name, _ in named} >= {"graphiql", "react", "codemirror", "graphql"}
    assert {terms for _, terms in named} <= {"MIT", "Apache-2.0", "BSD-2-Clause", "0BSD"}
