"""/export/<name>: whole datasets for signed-in callers, as files that are made while they are sent."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode

from graphql import GraphQLError
from psycopg.errors import QueryCanceled
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from graphql_api.access.limited_reads import check_limits
from graphql_api.access.trail import ACCESS_NOT_RECORDED
from graphql_api.access.trail_entry import Asked
from graphql_api.coded_errors import (
    BAD_REQUEST,
    BAD_USER_INPUT,
    FORBIDDEN,
    INTERNAL,
    NOTHING_PROJECTED,
    coded,
)
from graphql_api.export.export_asked import NOT_ACCEPTABLE, NOT_FOUND, ExportAsked, read_export
from graphql_api.export.export_trail import ExportTrail
from graphql_api.export.file_response import FileResponse
from graphql_api.export.opened_export import OpenedExport, Reader, open_export
from graphql_api.export.sources import limits_of, rows_to_export
from graphql_api.http.request_record import record_of
from graphql_api.request_context import RequestContext
from graphql_api.services import Services

log = logging.getLogger("kefu.export")

Answer = TypeVar("Answer")

EXPORTS_AT_ONCE, SECONDS_TO_WAIT = 4, 5.0
"""In one process: each holds a snapshot of the database and a thread; another waits so long for its turn."""
BUSY, TIMEOUT = "TOO_MANY_EXPORTS", "TIMEOUT"
STATUS = {
    BAD_USER_INPUT: 400,
    BAD_REQUEST: 405,
    FORBIDDEN: 403,
    NOT_FOUND: 404,
    NOT_ACCEPTABLE: 406,
    BUSY: 503,
    TIMEOUT: 503,
    ACCESS_NOT_RECORDED: 503,
    NOTHING_PROJECTED: 503,
    INTERNAL: 500,
}
METHODS = ("GET", "HEAD")
VARIES_BY = "Accept, Accept-Encoding, Authorization, X-API-Key"


class ExportEndpoint:
    """Answers /export/<name>; close it when the application stops."""

    def __init__(
        self,
        services: Services,
        *,
        clock: Callable[[], datetime],
        at_once: int = EXPORTS_AT_ONCE,
        seconds_to_wait: float = SECONDS_TO_WAIT,
    ) -> None:
        self._services, self._clock, self._seconds = services, clock, seconds_to_wait
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="export")
        self._turns = asyncio.Semaphore(at_once)

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)

    async def answer(self, request: Request) -> Response:
        caller = await self._services.callers.find(request)
        context = RequestContext(caller=caller, services=self._services, now=self._clock())
        record = record_of(request.scope)
        record.asked_by(caller)
        try:
            _check_method(request)
            asked = read_export(request, role=caller.role)
            record.operation, record.kind = asked.name, "export"
            await self._take_turn()
        except GraphQLError as error:
            return _refusal(error)
        return await self._in_turn(asked, context, request)

    async def _take_turn(self) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await self._turns.acquire()
        except TimeoutError as error:
            message = "As many exports as may be are being made here; try again in a moment"
            raise GraphQLError(message, extensions={"code": BUSY}) from error

    async def _in_turn(self, asked: ExportAsked, context: RequestContext, request: Request) -> Response:
        """The turn is given back when the file is sent, or nothing is."""
        response: Response | None = None
        try:
            response = await self._answer(asked, context, request)
        except GraphQLError as error:
            return _refusal(error)
        except QueryCanceled:
            message = "The rows could not be read in time; ask for a shorter range, or by `limit` and `after`"
            return _refusal(GraphQLError(message, extensions={"code": TIMEOUT}))
        except Exception as error:  # noqa: BLE001 - masked, and in the log under the id that is answered
            return _refusal(GraphQLError("while an export began", original_error=error))
        finally:
            if not isinstance(response, FileResponse):
                self._turns.release()
        return response

    async def _answer(self, asked: ExportAsked, context: RequestContext, request: Request) -> Response:
        opened = await self._opened(asked, context)
        headers = _headers(asked, opened, request)
        response: Response | None = None
        try:
            if opened.tag in request.headers.get("if-none-match", ""):
                return Response(status_code=304, headers=_kept(headers))
            if request.method == "HEAD":
                return _headers_alone(headers)
            trail = self._trail(asked, context, request)
            response = await self._file(opened, headers, trail)
        finally:
            if response is None:
                await self._run(opened.close)
        return response

    async def _opened(self, asked: ExportAsked, context: RequestContext) -> OpenedExport:
        access, database = context.access, self._services.database
        limits = limits_of(asked.model)
        if limits is not None:
            check_limits(access.scope, limits)
        rows = await rows_to_export(asked.model, asked.given, context, asked.stretch)
        reader = Reader(
            caller=context.caller,
            scope=access.scope,
            reach=None if access.scope is None else await database.reach(access.scope),
            keys=access.keys,
        )
        conninfo = self._services.conninfo
        return await self._run(lambda: open_export(asked, rows, reader, conninfo=conninfo))

    def _trail(self, asked: ExportAsked, context: RequestContext, request: Request) -> ExportTrail:
        parameters = request.query_params
        told = Asked(
            at=context.now,
            request_id=record_of(request.scope).id,
            caller=context.caller,
            kind="export",
            operation=asked.name,
            variables={name: parameters.getlist(name) for name in parameters},
        )
        return ExportTrail(trail=self._services.trail, asked=told, export=asked)

    async def _file(
        self, opened: OpenedExport, headers: Mapping[str, str], trail: ExportTrail
    ) -> FileResponse:
        """Once the first chunk is made: what is refused before any row is refused in an answer."""
        first = await self._run(lambda: next(opened.chunks, None))
        await trail.begin()

        async def close(is_whole: bool) -> None:
            try:
                await self._run(opened.close)
                await trail.end(opened.tally, is_whole=is_whole)
            finally:
                self._turns.release()

        return FileResponse(
            first, opened.chunks, headers=headers, threads=self._threads, cancel=opened.cancel, close=close
        )

    async def _run(self, work: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _check_method(request: Request) -> None:
    if request.method not in METHODS:
        message = f"An export is asked for by {' or '.join(METHODS)}"
        raise GraphQLError(message, extensions={"code": BAD_REQUEST})


def _headers(asked: ExportAsked, opened: OpenedExport, request: Request) -> dict[str, str]:
    standing = opened.day.isoformat() if opened.day else str(opened.position)
    headers = {
        "content-type": asked.form.media_type,
        "content-disposition": f'attachment; filename="{asked.name}_{standing}.{asked.form.name}"',
        "etag": opened.tag,
        "cache-control": "private, no-cache",
        "vary": VARIES_BY,
        "x-kefu-position": str(opened.position),
        "x-kefu-order": ",".join(opened.places),
    }
    if opened.day is not None:
        headers["x-kefu-day"] = opened.day.isoformat()
    if asked.is_gzipped:
        headers["content-encoding"] = "gzip"
    if opened.next_cursor is not None:
        kept = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
        headers["link"] = f'<?{urlencode([*kept, ("after", opened.next_cursor)])}>; rel="next"'
    return headers


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    """What is said again of a file that the client has."""
    return {name: value for name, value in headers.items() if not name.startswith("content-")}


def _headers_alone(headers: Mapping[str, str]) -> Response:
    response = Response(headers=headers)
    del response.headers["content-length"]
    return response


def _refusal(error: GraphQLError) -> Response:
    formatted = coded(error)
    code = formatted["extensions"]["code"]
    status = STATUS.get(code, 400)
    headers = {"cache-control": "no-store", "vary": VARIES_BY}
    headers |= {"retry-after": "5"} if status == 503 else {}
    headers |= {"allow": ", ".join(METHODS)} if status == 405 else {}
    return JSONResponse({"errors": [formatted]}, status_code=status, headers=headers)
