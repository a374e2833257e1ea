"""GraphQL over HTTP to the letter: one request in, one answer out, each fault with its status and code."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any

from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from strawberry import Schema
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from graphql_api.access.recording import put_on_record
from graphql_api.access.trail import ACCESS_NOT_RECORDED, NotRecordedError
from graphql_api.access.trail_entry import Asked
from graphql_api.graphql_requests import GraphQLRequest, names_a_document, read_request
from graphql_api.http.answer_tags import answer_tag
from graphql_api.http.answers import answer, coded_errors, codes_of, is_known, tagged, unchanged
from graphql_api.http.cost_budgets import values_in
from graphql_api.http.persisted_operations import PersistedOperations, document_hash
from graphql_api.http.request_problems import RequestProblem, refusal
from graphql_api.http.request_record import RequestRecord, record_of
from graphql_api.http.schema_answers import SchemaAnswers
from graphql_api.http.speaking import Speaking
from graphql_api.media_types import GRAPHQL_RESPONSE, JSON, answer_type, wants_page
from graphql_api.pages import graphiql_page, query_page
from graphql_api.prepared_documents import PreparedDocument, PreparedOperation, prepare
from graphql_api.request_context import RequestContext
from graphql_api.services import Services
from graphql_api.turns import written

SECONDS_TO_ANSWER = 20.0
ALLOWED_BY_METHOD = {
    "GET": {OperationType.QUERY},
    "POST": {OperationType.QUERY, OperationType.MUTATION},
}
VARIES_BY = "Accept, Authorization, X-API-Key"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What one request asks, ready to be carried out; `cost` is in values."""

    asked: GraphQLRequest
    document: PreparedDocument
    operation: PreparedOperation
    cost: int


class GraphQLEndpoint:
    """Answers /graphql for signed-in callers; a browser without a query gets the page to write one."""

    def __init__(  # noqa: PLR0913 - what it is made of, all by name
        self,
        schema: Schema,
        *,
        services: Services,
        spoken: Speaking,
        operations: PersistedOperations,
        clock: Callable[[], datetime],
        seconds: float = SECONDS_TO_ANSWER,
    ) -> None:
        self._schema, self._services, self._clock, self._seconds = schema, services, clock, seconds
        self._spoken, self._operations = spoken, operations
        # Strawberry keeps graphql-core's schema there.
        self._core_schema = schema._schema  # noqa: SLF001
        self._schema_answers = SchemaAnswers(self._core_schema)

    def close(self) -> None:
        self._schema_answers.close()

    async def answer(self, request: Request) -> Response:
        accept = request.headers.get("accept", "")
        wanted = answer_type(accept)
        try:
            async with asyncio.timeout(self._seconds):
                response = await self._answer_in_time(request, wanted, is_page=wants_page(accept))
        except RequestProblem as problem:
            response = _refused(request, problem, wanted)
        except TimeoutError:
            message = f"No answer within {self._seconds:g} seconds; ask for less"
            response = _refused(request, RequestProblem(message, status=503, code="TIMEOUT"), wanted)
        response.headers["vary"] = VARIES_BY
        return response

    async def _answer_in_time(self, request: Request, wanted: str | None, *, is_page: bool) -> Response:
        caller = await self._services.callers.find(request)
        record_of(request.scope).asked_by(caller)
        if is_page and request.method == "GET" and not names_a_document(request):
            return graphiql_page() if request.query_params.get("ide") == "graphiql" else query_page()
        if wanted is None:
            raise RequestProblem(f"Accept must allow {GRAPHQL_RESPONSE} or {JSON}", status=406)
        with self._spoken.turnstile.entering(caller.name):
            asked = await read_request(request)
            context = RequestContext(caller=caller, services=self._services, now=self._clock())
            return await self._answer_asked(asked, context, request, media_type=wanted)

    async def _answer_asked(
        self, asked: GraphQLRequest, context: RequestContext, request: Request, *, media_type: str
    ) -> Response:
        record = record_of(request.scope)
        try:
            prepared = self._prepared(asked, record, context)
        except GraphQLError as error:
            return _answer(None, [error], record, extensions={}, media_type=media_type)
        if prepared.document.errors:
            return _answer(None, prepared.document.errors, record, extensions={}, media_type=media_type)
        if request.method == "GET" and prepared.operation.kind != "query":
            raise _not_by(request.method, prepared.operation.kind)
        tag = await self._tag(prepared, context, request, media_type=media_type)
        if tag and is_known(tag, request):
            return unchanged(tag)
        response = await self._answer_prepared(prepared, context, request, media_type=media_type)
        is_kept = tag and not record.codes and not context.looks.is_personal
        return tagged(response, tag) if tag and is_kept else response

    def _prepared(self, asked: GraphQLRequest, record: RequestRecord, context: RequestContext) -> Prepared:
        """Raises GraphQLError for what cannot be asked, RequestProblem for what is not there."""
        asked = self._operations.resolved(asked, role=context.caller.role)
        record.document = document_hash(asked.query)
        with self._spoken.traces.within("parse"):
            document = prepare(self._core_schema, asked.query)
            operation = document.operation(asked.operation_name)
        if operation is None:
            named = f" named {asked.operation_name!r}" if asked.operation_name else ""
            raise RequestProblem(f"The document has no operation{named}")
        record.operation, record.kind = operation.name, operation.kind
        return Prepared(asked, document, operation, self._cost(asked, operation))

    def _cost(self, asked: GraphQLRequest, operation: PreparedOperation) -> int:
        """The whole schema may be asked for within any budget, if it takes all of it."""
        if operation.is_of_schema:
            return min(self._schema_answers.cost(operation, asked), self._spoken.budgets.limit)
        return operation.cost(asked.variables)

    async def _tag(
        self, prepared: Prepared, context: RequestContext, request: Request, *, media_type: str
    ) -> str | None:
        if request.method != "GET":
            return None
        return await answer_tag(
            context.services.database,
            prepared.asked,
            prepared.operation,
            caller=context.caller,
            media_type=media_type,
            now=context.now,
        )

    async def _answer_prepared(
        self, prepared: Prepared, context: RequestContext, request: Request, *, media_type: str
    ) -> Response:
        began = perf_counter()
        record, caller, budgets = record_of(request.scope), context.caller.name, self._spoken.budgets
        with budgets.spending(caller, prepared.cost, now=context.now) as spending:
            with self._spoken.traces.within("execute"):
                data, errors = await self._execute(prepared, context, method=request.method)
            spending.used = prepared.cost if prepared.operation.is_of_schema else values_in(data)
        record.cost = spending.used
        record.rows = sum(note.row_count for note in context.notes.notes.values())
        cost = budgets.told(caller, spending, now=self._clock())
        extensions = {**context.notes.as_extension(), "cost": cost}
        response = _answer(await written(data), errors, record, extensions=extensions, media_type=media_type)
        await self._put_on_record(_told(prepared, context, record, began=began), context, record, response)
        return response

    async def _put_on_record(
        self, asked: Asked, context: RequestContext, record: RequestRecord, response: Response
    ) -> None:
        """Nothing personal leaves that is not in the access log."""
        outcome, size = ",".join(record.codes) or "ok", len(response.body)
        try:
            await put_on_record(self._services.trail, asked, context.looks, outcome=outcome, size=size)
        except NotRecordedError as error:
            raise RequestProblem(str(error), status=503, code=ACCESS_NOT_RECORDED) from error

    async def _execute(
        self, prepared: Prepared, context: RequestContext, *, method: str
    ) -> tuple[Any, list[GraphQLError]]:
        asked = prepared.asked
        if prepared.operation.is_of_schema:
            told = await self._schema_answers.answer(prepared.document, asked)
            return told.data, list(told.errors or ())
        try:
            result = await self._schema.execute(
                asked.query,
                variable_values=asked.variables,
                operation_name=asked.operation_name,
                context_value=context,
                allowed_operation_types=ALLOWED_BY_METHOD[method],
                operation_extensions=asked.extensions,
            )
        except InvalidOperationTypeError as error:
            raise _not_by(method, prepared.operation.kind) from error
        return result.data, list(result.errors or ())


def _told(prepared: Prepared, context: RequestContext, record: RequestRecord, *, began: float) -> Asked:
    return Asked(
        at=context.now,
        request_id=record.id,
        caller=context.caller,
        kind="query",
        operation=prepared.operation.name,
        document=prepared.asked.query,
        variables=prepared.asked.variables,
        began=began,
    )


def _answer(
    data: Any,
    errors: Sequence[GraphQLError],
    record: RequestRecord,
    *,
    extensions: dict[str, Any],
    media_type: str,
) -> Response:
    told = coded_errors(errors)
    record.codes += codes_of(told)
    return answer(data, told, extensions=extensions, media_type=media_type)


def _refused(request: Request, problem: RequestProblem, wanted: str | None) -> Response:
    record_of(request.scope).codes.append(problem.code)
    return refusal(problem, media_type=wanted or JSON)


def _not_by(method: str, kind: str) -> RequestProblem:
    message = f"A {kind} is not answered by {method}: send it as POST"
    return RequestProblem(message, status=405, headers={"allow": "GET, POST"})
