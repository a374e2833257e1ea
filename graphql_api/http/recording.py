"""The middleware that begins the record of each request, and tells what became of it."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphql_api.http.request_record import RequestRecord, record_of
from graphql_api.http.tracing import Traces

ROUTES = ("graphql", "export", "healthz", "readyz", "metrics")
OTHER = "other"


@dataclass(slots=True)
class Outcome:
    """What was sent: a status (499 where the client had gone), bytes of the body, and how long it took."""

    route: str
    method: str
    status: int = 499
    sent: int = 0
    seconds: float = 0.0

    @property
    def name(self) -> str:
        """ok, unchanged, refused (the caller can put it right), failed, or gone."""
        if self.status in {304, 499}:
            return "unchanged" if self.status == 304 else "gone"
        return "ok" if self.status < 400 else "refused" if self.status < 500 else "failed"


Tell = Callable[[RequestRecord, Outcome], None]
UnderWay = Callable[[], AbstractContextManager[None]]


class Recorded:
    """Gives every answer its X-Request-Id, and tells the record and the outcome to whoever listens."""

    def __init__(
        self, app: ASGIApp, *, listeners: Iterable[Tell], traces: Traces, under_way: UnderWay
    ) -> None:
        self._app, self._listeners, self._traces = app, tuple(listeners), traces
        self._under_way = under_way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        record, outcome = record_of(scope), Outcome(route=_route(scope), method=scope["method"])

        async def sending(message: Message) -> None:
            _note(message, record, outcome)
            await send(message)

        began = perf_counter()
        try:
            with self._under_way(), self._traces.request(scope, record, outcome):
                await self._app(scope, receive, sending)
        except Exception:
            outcome.status = 500
            raise
        finally:
            outcome.seconds = perf_counter() - began
            for tell in self._listeners:
                tell(record, outcome)


def _note(message: Message, record: RequestRecord, outcome: Outcome) -> None:
    if message["type"] == "http.response.start":
        outcome.status = message["status"]
        MutableHeaders(scope=message)["x-request-id"] = record.id
    elif message["type"] == "http.response.body":
        outcome.sent += len(message.get("body", b""))


def _route(scope: dict[str, Any] | Scope) -> str:
    """Of a few known names, since whoever counts by route keeps one count for each."""
    first = scope["path"].removeprefix(scope.get("root_path", "")).strip("/").partition("/")[0]
    return first if first in ROUTES else OTHER
