"""GraphQL over HTTP to the letter: one request in, one answer out, each fault with its status and code."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from strawberry import Schema
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from graphql_api.coded_errors import BAD_REQUEST, coded
from graphql_api.graphql_requests import GraphQLRequest, RequestProblem, read_request
from graphql_api.media_types import GRAPHQL_RESPONSE, JSON, answer_type, wants_page
from graphql_api.pages import graphiql_page, query_page
from graphql_api.request_context import RequestContext
from graphql_api.services import Services

SECONDS_TO_ANSWER = 20.0
ALLOWED_BY_METHOD = {
    "GET": {OperationType.QUERY},
    "POST": {OperationType.QUERY, OperationType.MUTATION},
}
VARIES_BY = "Accept, Authorization, X-API-Key"


class GraphQLEndpoint:
    """Answers /graphql for signed-in callers; a browser without a query gets the page to write one."""

    def __init__(
        self,
        schema: Schema,
        *,
        services: Services,
        clock: Callable[[], datetime],
        seconds: float = SECONDS_TO_ANSWER,
    ) -> None:
        self._schema, self._services, self._clock, self._seconds = schema, services, clock, seconds

    async def answer(self, request: Request) -> Response:
        accept = request.headers.get("accept", "")
        wanted = answer_type(accept)
        try:
            async with asyncio.timeout(self._seconds):
                response = await self._answer_in_time(request, wanted, is_page=wants_page(accept))
        except RequestProblem as problem:
            response = _refusal(problem.message, status=problem.status, media_type=wanted or JSON)
        except TimeoutError:
            message = f"No answer within {self._seconds:g} seconds; ask for less"
            response = _refusal(message, status=503, media_type=wanted or JSON, code="TIMEOUT")
        response.headers["vary"] = VARIES_BY
        return _unless_unchanged(request, response)

    async def _answer_in_time(self, request: Request, wanted: str | None, *, is_page: bool) -> Response:
        caller = await self._services.callers.find(request)
        if is_page and request.method == "GET" and "query" not in request.query_params:
            return graphiql_page() if request.query_params.get("ide") == "graphiql" else query_page()
        if wanted is None:
            raise RequestProblem(f"Accept must allow {GRAPHQL_RESPONSE} or {JSON}", status=406)
        asked = await read_request(request)
        context = RequestContext(caller=caller, services=self._services, now=self._clock())
        result = await self._execute(asked, context, method=request.method)
        return _response(result, media_type=wanted, notes=context.notes.as_extension())

    async def _execute(
        self, asked: GraphQLRequest, context: RequestContext, *, method: str
    ) -> ExecutionResult:
        try:
            return await self._schema.execute(
                asked.query,
                variable_values=asked.variables,
                operation_name=asked.operation_name,
                context_value=context,
                allowed_operation_types=ALLOWED_BY_METHOD[method],
                operation_extensions=asked.extensions,
            )
        except CannotGetOperationTypeError as error:
            raise RequestProblem(error.as_http_error_reason()) from error
        except InvalidOperationTypeError as error:
            raise RequestProblem(error.as_http_error_reason(method), status=405) from error


def _response(result: ExecutionResult, *, media_type: str, notes: Mapping[str, Any]) -> Response:
    """An error before execution leaves no `data`: then the newer media type says 400, the older 200."""
    errors = [coded(error) for error in result.errors or ()]
    is_executed = result.data is not None or any("path" in error for error in errors)
    answer: dict[str, Any] = {"errors": errors} if errors else {}
    if is_executed or not errors:
        answer["data"] = result.data
    if notes:
        answer["extensions"] = notes
    status = 400 if media_type == GRAPHQL_RESPONSE and "data" not in answer else 200
    return Response(orjson.dumps(answer), status_code=status, media_type=f"{media_type}; charset=utf-8")


def _refusal(message: str, *, status: int, media_type: str, code: str = BAD_REQUEST) -> Response:
    body = orjson.dumps({"errors": [{"message": message, "extensions": {"code": code}}]})
    headers = {"allow": "GET, POST"} if status == 405 else None
    return Response(body, status_code=status, media_type=f"{media_type}; charset=utf-8", headers=headers)


def _unless_unchanged(request: Request, response: Response) -> Response:
    """An answer to a GET carries its hash, and is not sent again to whoever has it."""
    if request.method != "GET" or response.status_code != 200:
        response.headers["cache-control"] = "no-store"
        return response
    tag = f'"{hashlib.blake2b(bytes(response.body), digest_size=16).hexdigest()}"'
    headers = {"etag": tag, "cache-control": "private, no-cache", "vary": VARIES_BY}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return response
