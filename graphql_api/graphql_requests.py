"""What a GraphQL request asks, read from its body or its address, or why it cannot be read."""

from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request

from graphql_api.http.request_problems import RequestProblem

LARGEST_BODY = 64 * 1024
# A GET that has one of these asks something, and wants no page to write it on.
NAMING_A_DOCUMENT = frozenset({"query", "documentId", "extensions"})


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """`query` is empty where the document is named by `document_id` or by the hash in `extensions`."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: dict[str, Any] | None
    document_id: str | None = None


async def read_request(request: Request) -> GraphQLRequest:
    """From the address of a GET or the JSON body of a POST; raises RequestProblem."""
    if request.method == "GET":
        return _checked(_from_address(request))
    if request.method != "POST":
        allowed = {"allow": "GET, POST"}
        raise RequestProblem("GraphQL is asked by GET or POST", status=405, headers=allowed)
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise RequestProblem("The body must be application/json", status=415)
    return _checked(_parse_json(await _read_body(request), what="The body"))


def names_a_document(request: Request) -> bool:
    """Whether a GET asks something."""
    return not NAMING_A_DOCUMENT.isdisjoint(request.query_params)


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
    for name, kind, called in (
        ("variables", dict, "an object"),
        ("extensions", dict, "an object"),
        ("operationName", str, "a text"),
        ("documentId", str, "a text"),
    ):
        if not isinstance(asked.get(name), kind | None):
            raise RequestProblem(f"`{name}` must be {called} or null")
    return GraphQLRequest(
        query=_query(asked),
        variables=asked.get("variables"),
        operation_name=asked.get("operationName"),
        extensions=asked.get("extensions"),
        document_id=asked.get("documentId"),
    )


def _query(asked: dict[str, Any]) -> str:
    persisted = (asked.get("extensions") or {}).get("persistedQuery")
    is_named = asked.get("documentId") is not None or persisted is not None
    query = asked.get("query")
    if query is None and is_named:
        return ""
    if not isinstance(query, str) or not query.strip():
        raise RequestProblem("The request must have a `query` that is a text, or a `documentId`")
    return query
