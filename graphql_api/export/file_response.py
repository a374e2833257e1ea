"""A file that is made while it is sent: the next chunk is made in a thread while the last one leaves."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

Close = Callable[[bool], Awaitable[None]]
"""Told whether the file was sent to its end."""


class FileResponse(Response):
    """Sends `first` and the chunks behind it; whoever hangs up ends their making by `cancel`."""

    def __init__(  # noqa: PLR0913 - what is sent, and what is told when it ends
        self,
        first: bytes | None,
        chunks: Iterator[bytes],
        *,
        headers: Mapping[str, str],
        threads: ThreadPoolExecutor,
        cancel: Callable[[], None],
        close: Close,
    ) -> None:
        super().__init__(headers=headers)
        del self.headers["content-length"]
        self._first, self._chunks, self._threads = first, chunks, threads
        self._cancel, self._close = cancel, close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.create_task(_until_gone(receive))
        is_whole = False
        try:
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            is_whole = await self._send_chunks(send, gone)
        except OSError:
            is_whole = False  # the client went away while it was sent to
        finally:
            gone.cancel()
            await self._close(is_whole)

    async def _send_chunks(self, send: Send, gone: "asyncio.Task[None]") -> bool:
        """Whether all of them were sent."""
        chunk = self._first
        while chunk is not None:
            upcoming = self._next()
            try:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                either: set[asyncio.Future[Any]] = {upcoming, gone}
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            finally:
                if not upcoming.done():
                    await self._stop(upcoming)
            if gone.done():
                await asyncio.to_thread(self._cancel)  # a piece may be read ahead, which nobody wants
                return False
            chunk = await upcoming
        await send({"type": "http.response.body", "body": b"", "more_body": False})
        return True

    def _next(self) -> "asyncio.Future[bytes | None]":
        return asyncio.get_running_loop().run_in_executor(self._threads, lambda: next(self._chunks, None))

    async def _stop(self, upcoming: "asyncio.Future[bytes | None]") -> None:
        """End the making of a chunk that nobody waits for; what it raises is of no interest."""
        await asyncio.to_thread(self._cancel)
        await asyncio.wait({upcoming})
        upcoming.exception()


async def _until_gone(receive: Receive) -> None:
    message: Message = {}
    while message.get("type") != "http.disconnect":
        message = await receive()
