"""What a GraphQL request asks, read from its body or its address, or why it cannot be read."""

from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request

LARGEST_BODY = 64 * 1024


class RequestProblem(Exception):
    """The request itself is wrong; `status` is the HTTP status that says how."""

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.message, self.status = message, status


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    query: str
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None


async def read_request(request: Request) -> GraphQLRequest:
    """From the address of a GET or the JSON body of a POST; raises RequestProblem."""
    if request.method == "GET":
        return _checked(_from_address(request))
    if request.method != "POST":
        raise RequestProblem("GraphQL is asked by GET or POST", status=405)
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise RequestProblem("The body must be application/json", status=415)
    return _checked(_parse_json(await _read_body(request), what="The body"))


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise RequestProblem(f"The body is larger than {LARGEST_BODY} bytes", status=413)
    return bytes(body)


def _from_address(request: Request) -> dict[str, Any]:
    named = dict(request.query_params)
    for name in ("variables", "extensions"):
        if text := named.get(name):
            named[name] = _parse_json(text, what=f"The parameter {name}")
    return {name: value for name, value in named.items() if value != ""}


def _parse_json(text: bytes | str, *, what: str) -> Any:
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise RequestProblem(f"{what} is no JSON: {error}") from error


def _checked(asked: Any) -> GraphQLRequest:
    if not isinstance(asked, dict):
        raise RequestProblem("The request must be one JSON object; batches are not answered")
    if not isinstance(asked.get("query"), str) or not asked["query"].strip():
        raise RequestProblem("The request must have a `query` that is a text")
    _check_kind(asked, name="variables", kind=dict, called="an object")
    _check_kind(asked, name="extensions", kind=dict, called="an object")
    _check_kind(asked, name="operationName", kind=str, called="a text")
    return GraphQLRequest(
        query=asked["query"],
        variables=asked.get("variables"),
        operation_name=asked.get("operationName"),
        extensions=asked.get("extensions"),
    )


def _check_kind(asked: dict[str, Any], *, name: str, kind: type, called: str) -> None:
    if not isinstance(asked.get(name), kind | None):
        raise RequestProblem(f"`{name}` must be {called} or null")
