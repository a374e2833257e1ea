"""Answers compressed for those who ask for it: level 3, and the large ones beside the event loop."""

import asyncio
import zlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Level 9 takes five times as long as level 3 and saves a tenth more.
LEVEL = 3
SMALLEST = 1_000
LARGE = 64 * 1024
GZIP_WINDOW = 31
# Its tables of texts: to clear those of the usual 8 takes longer than to squeeze an answer, for no gain.
MEMORY = 6
# Parquet and Arrow are compressed as they are.
COMPRESSIBLE = ("text/", "application/json", "application/graphql-response+json", "application/x-ndjson")


class GzipAnswers:
    """Answers sent at once are compressed at once, streamed ones piece by piece."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Squeezed(send, is_wanted=_accepts_gzip(Headers(scope=scope))))


class _Squeezed:
    """Sends one answer: its first message waits for the second, which says whether there will be more."""

    def __init__(self, send: Send, *, is_wanted: bool) -> None:
        self._send, self._is_wanted = send, is_wanted
        self._start: Message | None = None
        # A press takes a quarter of a megabyte: it is made for what is pressed.
        self._press: zlib._Compress | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        body, is_more = message.get("body", b""), message.get("more_body", False)
        if self._start is not None:
            await self._begin(self._start, size=len(body), is_more=is_more)
        squeezed = await _squeezed(self._press, body, is_last=not is_more) if self._press else body
        if self._start is not None:
            if self._press and not is_more:
                MutableHeaders(scope=self._start)["content-length"] = str(len(squeezed))
            await self._send(self._start)
            self._start = None
        if squeezed or not is_more:
            await self._send({**message, "body": squeezed})

    async def _begin(self, start: Message, *, size: int, is_more: bool) -> None:
        headers = MutableHeaders(scope=start)
        if not _is_compressible(headers, status=start["status"]):
            return
        headers.add_vary_header("Accept-Encoding")
        if self._is_wanted and (is_more or size >= SMALLEST):
            self._press = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP_WINDOW, MEMORY)
            headers["content-encoding"] = "gzip"
            del headers["content-length"]


async def _squeezed(press: "zlib._Compress", body: bytes, *, is_last: bool) -> bytes:
    def squeeze() -> bytes:
        return press.compress(body) + (press.flush() if is_last else b"")

    # zlib lets go of the interpreter, so other requests are answered meanwhile.
    return await asyncio.to_thread(squeeze) if len(body) > LARGE else squeeze()


def _is_compressible(headers: Headers, *, status: int) -> bool:
    kind = headers.get("content-type", "")
    return status not in {204, 304} and "content-encoding" not in headers and kind.startswith(COMPRESSIBLE)


def _accepts_gzip(headers: Headers) -> bool:
    accepted = [part.strip().lower() for part in headers.get("accept-encoding", "").split(",")]
    return any(part.partition(";")[0].strip() in {"gzip", "*"} and not _is_refused(part) for part in accepted)


def _is_refused(part: str) -> bool:
    quality = part.replace(" ", "").partition("q=")[2]
    return bool(quality) and quality.strip("0.") == ""
