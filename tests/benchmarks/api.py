"""The API as `kefu serve` serves it, in a process of its own, and one caller over a connection kept open."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any

import httpx
import psycopg

from infra.api_keys import create_key
from infra.settings import Settings
from tests.benchmarks.workbench import Ingested, running

LONGEST_START = 60.0


@contextmanager
def served(log: Ingested) -> Iterator[httpx.Client]:
    """A client of the served store, once it answers."""
    with psycopg.connect(log.conninfo, autocommit=True) as connection:
        key = create_key(connection, role="bi_reader", now=datetime.now(UTC))
    with (
        listening(log.settings) as address,
        httpx.Client(base_url=address, headers={"x-api-key": key}) as client,
    ):
        yield client


@contextmanager
def listening(settings: Settings, *arguments: str) -> Iterator[str]:
    """The address of `kefu serve` over a store, once it answers."""
    address = f"http://127.0.0.1:{(port := _free_port())}"
    with running(settings, "serve", "--port", str(port), *arguments):
        with httpx.Client(base_url=address) as client:
            _wait_for(client)
        yield address


def ask(client: httpx.Client, query: str) -> dict[str, Any]:
    """The data of an answer; RuntimeError if it holds errors."""
    answer: dict[str, Any] = client.post("/graphql", json={"query": query}).json()
    if "errors" in answer:
        raise RuntimeError(f"{query}: {answer['errors']}")
    data: dict[str, Any] = answer["data"]
    return data


def _wait_for(client: httpx.Client) -> None:
    until = monotonic() + LONGEST_START
    while True:
        try:
            client.get("/healthz")
        except httpx.TransportError:
            if monotonic() > until:
                raise
            sleep(0.1)
        else:
            return


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
