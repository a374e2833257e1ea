"""Why a whole request was not taken: problem details (RFC 9457) with a code that programs can read."""

from collections.abc import Mapping

import msgspec
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request of which nothing was taken; raised where it is found, answered in one place."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.headers = dict(headers or {})

    def response(self) -> Response:
        body = {"type": "about:blank", "status": self.status, "code": self.code, "detail": self.detail}
        return Response(msgspec.json.encode(body), self.status, headers=self.headers, media_type=MEDIA_TYPE)


def busy(seconds: int) -> Problem:
    """429: nothing was taken since too much waits."""
    detail = "as much is waiting as may; nothing was taken, send the same again later"
    return Problem(429, "TOO_MUCH_WAITING", detail, headers={"retry-after": str(seconds)})


def unavailable(seconds: int) -> Problem:
    """503: the log cannot be written."""
    detail = "the log cannot be written at the moment; send the same again: what is in it by then is known"
    return Problem(503, "LOG_UNAVAILABLE", detail, headers={"retry-after": str(seconds)})
