"""`kefu serve` in a process of its own, and sources that send to it over connections of their own."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

from infra.settings import Settings
from pipelines.messages.cloud_events import BATCH
from tests.pipelines.messages.given import call, event

ROOT = Path(__file__).parents[3]
SECONDS_TO_START = 60
KEFU = (sys.executable, "-m", "pipelines.cli", "serve")
UVICORN = (sys.executable, "-m", "uvicorn", "--factory", "pipelines.messages.app:app_from_environment")
PER_REQUEST = 5


@contextmanager
def serving(
    settings: Settings, *arguments: str, command: Sequence[str] = KEFU
) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """A server and its port, once it answers; killed at the end if it still runs."""
    port = free_port()
    process = subprocess.Popen(
        [*command, "--port", str(port), *arguments],
        env=os.environ | settings.environ(),
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(port)
        yield process, port
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _wait_for(port: int) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/healthz")
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def post(port: int, key: str, messages: Sequence[dict[str, Any]]) -> httpx.Response:
    """Send one batch."""
    headers = {"x-api-key": key, "content-type": BATCH}
    return httpx.post(
        f"http://127.0.0.1:{port}/events", content=json.dumps(messages), headers=headers, timeout=60
    )


class Sources:
    """Several sources that send batch after batch until the server is gone or they are told to stop."""

    def __init__(self, port: int, key: str, *, count: int, first: int) -> None:
        self._port, self._key = port, key
        self.sent: set[int] = set()
        self.acknowledged: set[int] = set()
        self._is_over = threading.Event()
        self._threads = [
            threading.Thread(target=self._send, args=(first + place, count)) for place in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def wait_until(self, acknowledged: int) -> None:
        """Until so many records are acknowledged."""
        until = time.monotonic() + SECONDS_TO_START
        while len(self.acknowledged) < acknowledged:
            assert time.monotonic() < until, f"only {len(self.acknowledged)} were acknowledged"
            time.sleep(0.005)

    def stop(self) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _send(self, batch: int, step: int) -> None:
        with suppress(httpx.TransportError):
            while not self._is_over.is_set():
                numbers = range(batch * PER_REQUEST, (batch + 1) * PER_REQUEST)
                self.sent.update(numbers)
                response = post(self._port, self._key, [event(call(number)) for number in numbers])
                if response.status_code == 200:
                    self.acknowledged.update(numbers)
                batch += step
