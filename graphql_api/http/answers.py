"""The answer to a GraphQL request as it is sent: its status, its body and its headers."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from graphql import GraphQLError, GraphQLFormattedError
from starlette.requests import Request
from starlette.responses import Response

from graphql_api.coded_errors import coded
from graphql_api.media_types import GRAPHQL_RESPONSE

KEPT_BY_THE_CALLER = "private, no-cache"


def coded_errors(errors: Sequence[GraphQLError] | None) -> list[GraphQLFormattedError]:
    return [coded(error) for error in errors or ()]


def codes_of(errors: Sequence[GraphQLFormattedError]) -> list[str]:
    return [str(error.get("extensions", {}).get("code", "")) for error in errors]


def answer(
    data: Any,
    errors: Sequence[GraphQLFormattedError],
    *,
    extensions: Mapping[str, Any],
    media_type: str,
) -> Response:
    """An error before execution leaves no `data`: then the newer media type says 400, the older 200."""
    is_executed = data is not None or any("path" in error for error in errors)
    body: dict[str, Any] = {"errors": errors} if errors else {}
    if is_executed or not errors:
        body["data"] = data
    if extensions:
        body["extensions"] = extensions
    status = 400 if media_type == GRAPHQL_RESPONSE and "data" not in body else 200
    headers = {"cache-control": "no-store"}
    media_type = f"{media_type}; charset=utf-8"
    return Response(orjson.dumps(body), status_code=status, media_type=media_type, headers=headers)


def is_known(tag: str, request: Request) -> bool:
    """Whether the client has the answer of this tag; compared weakly, as GET is."""
    return tag.removeprefix("W/") in request.headers.get("if-none-match", "")


def unchanged(tag: str) -> Response:
    return Response(status_code=304, headers={"etag": tag, "cache-control": KEPT_BY_THE_CALLER})


def tagged(response: Response, tag: str) -> Response:
    response.headers.update({"etag": tag, "cache-control": KEPT_BY_THE_CALLER})
    return response
