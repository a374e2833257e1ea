"""The API as it is really served: uvicorn in a process of its own, with settings from the environment."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.stores import Store
from tests.graphql_api.given import key_for

SECONDS_TO_START = 30
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=10000",
    "--dump-dom",
]


@pytest.fixture
def address(calls_store: Store) -> Iterator[str]:
    """Where a server over the store with calls listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "graphql_api.app:app_from_environment"]
    environ = {**os.environ, **calls_store.settings.environ()}
    process = subprocess.Popen([*command, "--port", str(port), "--log-level", "warning"], env=environ)
    try:
        yield _when_up(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        # uvicorn stops in order, then lets the signal through.
        assert process.wait(timeout=SECONDS_TO_START) == -signal.SIGTERM


def _when_up(address: str) -> str:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/healthz").status_code == 200:
                return address
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing answers at {address}")


def test_a_server_answers_and_stops_when_told(address: str, calls_store: Store) -> None:
    key = key_for(calls_store, "bi_reader")
    query = {"query": "{ calls(limit: 300) { id waitMs } meta { rowCount truncated } }"}
    answer = httpx.get(f"{address}/graphql", params=query, auth=("any name", key)).json()
    assert len(answer["data"]["calls"]) == 300
    assert answer["data"]["meta"] == [{"rowCount": 300, "truncated": False}]
    assert httpx.get(f"{address}/graphql", params=query).status_code == 401
    assert httpx.get(f"{address}/readyz").json()["status"] == "ready"


def test_a_client_that_has_the_answer_is_sent_nothing(address: str, calls_store: Store) -> None:
    key = key_for(calls_store, "admin")
    asked: dict[str, Any] = {
        "params": {"query": "{ calls(limit: 300) { id waitMs } }"},
        "auth": ("any name", key),
    }
    first = httpx.get(f"{address}/graphql", **asked)
    assert (first.headers["content-encoding"], len(first.json()["data"]["calls"])) == ("gzip", 300)
    known = {"if-none-match": first.headers["etag"]}
    again = httpx.get(f"{address}/graphql", **asked, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    counts = httpx.get(f"{address}/metrics", headers={"x-api-key": key}).text
    assert 'kefu_requests_total{code="",kind="query",outcome="unchanged",route="graphql"} 1.0' in counts


@pytest.mark.skipif(BROWSER is None, reason="no Chromium on this machine")
def test_the_page_shows_a_signed_in_person_what_can_be_asked(
    address: str, calls_store: Store, tmp_path: Path
) -> None:
    key = key_for(calls_store, "bi_reader")
    signed_in = address.replace("http://", f"http://kefu:{key}@") + "/graphql"
    command = [str(BROWSER), *QUIET, f"--user-data-dir={tmp_path}", signed_in]
    page = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert "What can be asked" in page
    assert "callsConnection(" in page
