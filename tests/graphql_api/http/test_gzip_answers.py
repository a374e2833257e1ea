"""Compression: for who asks for it, of what is worth it, in one piece or streamed, beside the event loop."""

import asyncio
import threading
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, StreamingResponse
from starlette.responses import Response as Answer
from starlette.routing import Route

from graphql_api.http.gzip_answers import LARGE, SMALLEST, GzipAnswers

ROWS = [f"row {number}\n" for number in range(3_000)]


def _sized(request: Request) -> Answer:
    return Answer("x" * int(request.path_params["size"]), media_type="text/csv")


def _streamed(request: Request) -> Answer:
    def rows() -> Iterator[str]:
        yield from ROWS

    return StreamingResponse(rows(), media_type="application/x-ndjson")


def _parquet(request: Request) -> Answer:
    return Answer(b"PAR1" * 1_000, media_type="application/vnd.apache.parquet")


def _unchanged(request: Request) -> Answer:
    return Answer(status_code=304, headers={"etag": "x"})


APP = GzipAnswers(
    Starlette(
        routes=[
            Route("/sized/{size:int}", _sized),
            Route("/streamed", _streamed),
            Route("/parquet", _parquet),
            Route("/unchanged", _unchanged),
            Route("/varied", lambda _: JSONResponse([0] * 999, headers={"vary": "Accept"})),
        ]
    )
)


def got(path: str, accepted: str = "gzip", method: str = "GET") -> Response:
    async def ask() -> Response:
        async with AsyncClient(transport=ASGITransport(APP), base_url="http://kefu.test") as client:
            return await client.request(method, path, headers={"accept-encoding": accepted})

    return asyncio.run(ask())


@pytest.mark.parametrize("accepted", ["gzip", "br, GZIP;q=0.5", "*", "gzip; q=1"])
def test_a_large_answer_is_compressed_for_who_asks(accepted: str) -> None:
    response = got(f"/sized/{SMALLEST}", accepted)
    assert response.headers["content-encoding"] == "gzip"
    assert response.text == "x" * SMALLEST
    assert int(response.headers["content-length"]) < SMALLEST / 10


@pytest.mark.parametrize(
    ("path", "accepted"),
    [
        (f"/sized/{SMALLEST}", ""),
        (f"/sized/{SMALLEST}", "br"),
        (f"/sized/{SMALLEST}", "gzip;q=0"),
        (f"/sized/{SMALLEST}", "gzip; q=0.0"),
        (f"/sized/{SMALLEST - 1}", "gzip"),
        ("/parquet", "gzip"),
        ("/unchanged", "gzip"),
    ],
)
def test_whatever_gains_nothing_or_is_not_asked_for_stays_as_it_is(path: str, accepted: str) -> None:
    assert "content-encoding" not in got(path, accepted).headers


def test_what_is_streamed_is_compressed_as_it_comes() -> None:
    response = got("/streamed")
    assert response.headers["content-encoding"] == "gzip"
    assert "content-length" not in response.headers
    assert response.text == "".join(ROWS)


def test_caches_are_told_that_encodings_differ() -> None:
    assert got("/varied").headers["vary"] == "Accept, Accept-Encoding"
    assert got("/varied", "").headers["vary"] == "Accept, Accept-Encoding"


def test_a_large_answer_is_compressed_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []
    compressobj = zlib.compressobj

    class Noting:
        def __init__(self, *given: Any) -> None:
            self.press = compressobj(*given)

        def compress(self, body: bytes) -> bytes:
            threads.append(threading.current_thread().name)
            return bytes(self.press.compress(body))

        def flush(self) -> bytes:
            return bytes(self.press.flush())

    monkeypatch.setattr(zlib, "compressobj", Noting)
    assert got(f"/sized/{LARGE}").text == "x" * LARGE
    assert got(f"/sized/{LARGE + 1}").text == "x" * (LARGE + 1)
    assert [name == threading.main_thread().name for name in threads] == [True, False]
