"""The health check says yes to a 200 with what is expected in it, and no to everything else."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).parents[3] / "infra" / "docker" / "is_healthy.py"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server whose /healthz is well and whose every other page is not."""

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/healthz" else 503)
            self.end_headers()
            self.wfile.write(json.dumps({"projector": {"status": "beating"}}).encode())

        def log_message(self, *told: Any) -> None:
            """Nothing to say."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (["/healthz"], 0),
        (["/healthz", "projector.status=beating"], 0),
        (["/healthz", "projector.status=silent"], 1),
        (["/healthz", "projector.status.more=beating"], 1),
        (["/readyz"], 1),
    ],
)
def test_it_is_well_or_not(address: str, asked: list[str], status: int) -> None:
    path, *expected = asked
    command = [sys.executable, str(PROGRAM), f"{address}{path}", *expected]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, bool(ran.stderr)) == (status, bool(status))


def test_who_does_not_answer_is_not_well() -> None:
    command = [sys.executable, str(PROGRAM), "http://127.0.0.1:9/healthz"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
