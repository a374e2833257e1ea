"""Which pages of other addresses may ask: none, unless their exact origin is in the settings.

A browser sends the password of Basic sign-in by itself, as it sends cookies; so what one of its pages asks
from elsewhere is refused before anybody is signed in. Programs send no Origin.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from graphql_api.http.request_problems import RequestProblem, refusal

ORIGIN_NOT_ALLOWED = "ORIGIN_NOT_ALLOWED"
SENT = ("Authorization", "Content-Type", "X-API-Key", "If-None-Match", "X-Request-Id")
SHOWN = ("ETag", "Retry-After", "X-Request-Id")
SECONDS_REMEMBERED = 600


class OriginsChecked:
    """Answers pages of the same address, and of the origins allowed."""

    def __init__(self, app: ASGIApp, *, origins: Collection[str]) -> None:
        self._plain, self._allowed = app, frozenset(origins)
        self._shared = CORSMiddleware(
            app,
            allow_origins=sorted(origins),
            allow_methods=["GET", "POST"],
            allow_headers=SENT,
            expose_headers=SHOWN,
            max_age=SECONDS_REMEMBERED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._plain(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin in self._allowed:
            await self._shared(scope, receive, send)
        elif _is_from_elsewhere(headers, origin):
            await refusal(_not_allowed(origin))(scope, receive, send)
        else:
            await self._plain(scope, receive, send)


def _is_from_elsewhere(headers: Headers, origin: str | None) -> bool:
    """Another host's page, as its browser says; a link that is followed to us is no such request."""
    if origin is not None:
        return urlsplit(origin).netloc != headers.get("host", "")
    return headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") == "no-cors"


def _not_allowed(origin: str | None) -> RequestProblem:
    message = f"Pages of {origin or 'another address'} may not ask here: add the origin to KEFU_ORIGINS"
    headers = {"vary": "Origin"}
    return RequestProblem(message, status=403, code=ORIGIN_NOT_ALLOWED, headers=headers)
