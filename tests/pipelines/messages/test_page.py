"""What docs/messages.md shows is what a server answers, and its client loses nothing."""

import http.server
import json
import shlex
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from infra.stores import Store
from tests.docs.blocks import Block, all_fit, blocks_of, steps_of
from tests.pipelines.messages.given import source_of

BLOCKS = blocks_of("docs/messages.md")
Send = Callable[..., bytes]


def block(language: str, words: str) -> Block:
    return next(one for one in BLOCKS if one.language == language and words in one.text)


def file(named: str) -> str:
    """The file that curl sends as `@name`."""
    return next(one.text for one in BLOCKS if f"@{one.said}" == named)


def test_every_answer_is_as_shown(embedded_store: Store, tmp_path: Path) -> None:
    mapping = block("yaml", "com.example.call").text
    curls = [one for one in BLOCKS if one.language == "console" and "curl" in one.text]
    with source_of(embedded_store, tmp_path, calls=mapping) as source:
        for step in (step for one in curls for step in steps_of(one)):
            words = shlex.split(step.command)
            media_type = words[words.index("-d") - 1].removeprefix("Content-Type: ")
            response = source.post(file(words[words.index("-d") + 1]), media_type=media_type)
            # A batch's answer is shown one a line: `tr '{' '\\n'`.
            text = response.text.replace("{", "\n") if "tr" in words else response.text
            assert all_fit(step.shown, tuple(text.splitlines())), response.text


class Trouble(http.server.BaseHTTPRequestHandler):
    """Answers in turn with these statuses; 0 is a connection that ends without an answer."""

    statuses: list[int]
    bodies: list[bytes]

    def do_POST(self) -> None:
        self.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        status = self.statuses.pop(0)
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *_: Any) -> None:
        """Nothing is written about it."""


@contextmanager
def troubled(*statuses: int) -> Iterator[tuple[str, type[Trouble]]]:
    """The address of such a server."""
    handler = type("Troubled", (Trouble,), {"statuses": list(statuses), "bodies": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", handler
        finally:
            server.shutdown()


@pytest.fixture
def send() -> Send:
    """The client that the page shows."""
    names: dict[str, Any] = {}
    exec(block("python", "def send").text, names)  # noqa: S102 - our own page
    names["time"] = type("Hurried", (), {"monotonic": staticmethod(lambda: 0.0), "sleep": lambda _: None})
    found: Send = names["send"]
    return found


def test_the_client_repeats_what_may_be_repeated_until_it_is_answered(send: Send) -> None:
    with troubled(429, 0, 503, 500, 207) as (address, server):
        assert send(address, "key", json.dumps([1]).encode()) == b"[]"
        assert server.bodies == [b"[1]"] * 5


def test_the_client_does_not_repeat_what_cannot_get_better(send: Send) -> None:
    with troubled(413) as (address, server):
        with pytest.raises(OSError, match="413"):
            send(address, "key", b"[]")
        assert len(server.bodies) == 1
