"""Files are made while they are sent: whoever hangs up ends the making; there is room for a few at once."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from psycopg.errors import QueryCanceled
from psycopg.sql import SQL
from starlette.types import Message

from graphql_api.export.endpoint import ExportEndpoint
from graphql_api.export.file_response import FileResponse
from graphql_api.export.snapshot import Snapshot
from infra.stores import Store
from tests.graphql_api.export.given import Exporting
from tests.graphql_api.given import NOW, Api


@dataclass
class Making:
    """Two chunks, and a third that is made only until somebody cancels."""

    cancelled: threading.Event = field(default_factory=threading.Event)
    ends: list[bool] = field(default_factory=list)

    def chunks(self) -> Iterator[bytes]:
        yield b"two"
        assert self.cancelled.wait(timeout=30)
        raise QueryCanceled

    async def close(self, is_whole: bool) -> None:
        self.ends.append(is_whole)


def sent(response: FileResponse, *, hangs_up_after: int, is_lost: bool = False) -> list[Message]:
    """The messages sent to a client that hangs up once so many have come, or whose line breaks then."""
    messages: list[Message] = []

    async def run() -> None:
        enough = asyncio.Event()

        async def receive() -> Message:
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            messages.append(message)
            if len(messages) == hangs_up_after:
                if is_lost:
                    raise OSError
                enough.set()

        await response({"type": "http"}, receive, send)

    asyncio.run(run())
    return messages


def response_of(making: Making, chunks: Iterator[bytes], threads: ThreadPoolExecutor) -> FileResponse:
    return FileResponse(
        b"one", chunks, headers={}, threads=threads, cancel=making.cancelled.set, close=making.close
    )


@pytest.mark.parametrize("is_lost", [False, True])
def test_whoever_hangs_up_ends_the_making(is_lost: bool) -> None:
    making = Making()
    with ThreadPoolExecutor(1) as threads:
        response = response_of(making, making.chunks(), threads)
        messages = sent(response, hangs_up_after=3, is_lost=is_lost)
    assert [message.get("body") for message in messages] == [None, b"one", b"two"]
    assert making.cancelled.is_set()
    assert making.ends == [False]


def test_a_whole_file_is_ended_and_told_of() -> None:
    making = Making()
    with ThreadPoolExecutor(1) as threads:
        messages = sent(response_of(making, iter([b"two"]), threads), hangs_up_after=99)
    assert [message.get("body") for message in messages] == [None, b"one", b"two", b""]
    assert [message.get("more_body") for message in messages] == [None, True, True, False]
    assert making.ends == [True]


def test_a_file_that_cannot_be_made_to_its_end_is_not_ended() -> None:
    """So that the client sees that it has not all of it."""
    making = Making(cancelled=threading.Event())
    making.cancelled.set()
    with ThreadPoolExecutor(1) as threads, pytest.raises(QueryCanceled):
        sent(response_of(making, making.chunks(), threads), hangs_up_after=99)
    assert making.ends == [False]


def test_what_is_read_can_be_cancelled_from_another_thread(full_store: Store) -> None:
    with Snapshot(full_store.conninfo) as snapshot:
        threading.Timer(0.2, snapshot.cancel).start()
        with pytest.raises(QueryCanceled):
            list(snapshot.copied((SQL("select pg_sleep(30)"), []), form="format csv"))


def test_closing_waits_for_a_piece_that_is_read_in_another_thread(full_store: Store) -> None:
    begun = threading.Event()
    slow = SQL("select n, pg_sleep(0.02) from generate_series(1, 20) as n")

    def read() -> int:
        pieces = snapshot.copied((slow, []), form="format csv")
        begun.set()
        return len(next(pieces))

    snapshot = Snapshot(full_store.conninfo)
    with ThreadPoolExecutor(1) as thread:
        reading = thread.submit(read)
        assert begun.wait(timeout=30)
        while not snapshot._reading.locked() and not reading.done():
            pass
        snapshot.close()
        assert reading.done()
    assert reading.result() == 20


def test_a_snapshot_does_not_move(full_store: Store) -> None:
    with Snapshot(full_store.conninfo) as snapshot, full_store.connect() as connection:
        before = snapshot.position_of("units")
        connection.execute("update projection_checkpoint set position = position + 1 where fact = 'units'")
        assert snapshot.position_of("units") == before


def test_who_comes_when_all_turns_are_taken_is_told_to_wait(full_api: Api, admin: Exporting) -> None:
    usual: ExportEndpoint = full_api.app.state.export
    full_api.app.state.export = ExportEndpoint(
        usual._services, clock=lambda: NOW, at_once=1, seconds_to_wait=0.05
    )
    try:
        turns: Any = full_api.app.state.export._turns
        full_api.runner.run(turns.acquire())
        answer = admin.response("calls?limit=1")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json()["errors"][0]["extensions"]["code"] == "TOO_MANY_EXPORTS"
        turns.release()
        for asked in ("calls?limit=1", "calls?colour=red", "calls?after=x", "calls?limit=1"):
            admin.response(asked)
        assert admin.got("calls?limit=1").content
    finally:
        full_api.app.state.export.close()
        full_api.app.state.export = usual
