"""What is wrong with a request itself, with the HTTP status, the code and the headers that say so."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from graphql_api.coded_errors import BAD_REQUEST
from graphql_api.media_types import JSON


class RequestProblem(Exception):
    """The request cannot be answered as it is; the message says what to do."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str = BAD_REQUEST,
        headers: Mapping[str, str] | None = None,
        extensions: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.code = message, status, code
        self.headers, self.extensions = dict(headers or {}), dict(extensions or {})


def refusal(problem: RequestProblem, *, media_type: str = JSON) -> Response:
    """The answer to it, in the form of a GraphQL answer."""
    body: dict[str, Any] = {"errors": [{"message": problem.message, "extensions": {"code": problem.code}}]}
    if problem.extensions:
        body["extensions"] = problem.extensions
    return Response(
        orjson.dumps(body),
        status_code=problem.status,
        media_type=f"{media_type}; charset=utf-8",
        headers={"cache-control": "no-store", **problem.headers},
    )
