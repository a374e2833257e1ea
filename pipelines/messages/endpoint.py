"""POST /events: a request read, its records appended with those of others, and each of them answered."""

import asyncio
import logging
from collections.abc import Sequence
from uuid import uuid4

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pipelines.messages.answers import Answer, status_of
from pipelines.messages.cloud_events import BATCH, SINGLE, NotTold, Told, read_event
from pipelines.messages.group_appender import GroupAppender, Unavailable
from pipelines.messages.json_records import NotJsonError, read_records
from pipelines.messages.mappings import Plans
from pipelines.messages.orders import LARGEST_EVENT, Order, order_for
from pipelines.messages.problems import Problem, busy, unavailable
from pipelines.messages.room import NoRoomError, Room
from pipelines.messages.sign_in import SignIn

LOG = logging.getLogger("kefu.messages")
LARGEST_BATCH = 16 << 20
MOST_RECORDS = 1_000
LARGEST_BODY = {SINGLE: LARGEST_EVENT, BATCH: LARGEST_BATCH}
SMALL_BODY = 1 << 16
"""Up to this size a body is read where it came in; a larger one in a thread, so that others are answered."""

WAITING_RECORDS, WAITING_BYTES = 20_000, 64 << 20
SECONDS_UNTIL_ROOM, SECONDS_UNTIL_BACK = 1, 5

Read = Sequence[Told | NotTold]


class EventsEndpoint:
    """The ASGI application behind /events."""

    def __init__(self, plans: Plans, *, sign_in: SignIn, appender: GroupAppender, room: Room) -> None:
        self._plans, self._sign_in, self._appender, self._room = plans, sign_in, appender, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except Problem as problem:
            response = problem.response()
        except ClientDisconnect:
            return
        except Exception as error:  # noqa: BLE001 (whoever sent it is told that it was not taken)
            response = _unforeseen(error).response()
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method != "POST":
            raise Problem(405, "METHOD_NOT_ALLOWED", "events are posted", headers={"allow": "POST"})
        await self._sign_in.let_through(request.headers)
        media_type = _media_type(request)
        largest = LARGEST_BODY[media_type]
        try:
            with self._room.for_body(_promised_size(request, largest=largest)):
                read = await _read(await _body(request, largest=largest), is_batch=media_type == BATCH)
                orders = [order_for(message, self._plans) for message in read]
                with self._room.for_records(len(orders)):
                    answers = await self._answers(orders)
        except NoRoomError:
            raise busy(SECONDS_UNTIL_ROOM) from None
        return _response(answers, is_batch=media_type == BATCH)

    async def _answers(self, orders: Sequence[Order | Answer]) -> list[Answer]:
        """The answers in the order of the records; those that need the log wait for it."""
        wanted = [order for order in orders if isinstance(order, Order)]
        given = iter(await self._appended(wanted) if wanted else ())
        return [next(given) if isinstance(order, Order) else order for order in orders]

    async def _appended(self, orders: Sequence[Order]) -> list[Answer]:
        try:
            return await asyncio.wrap_future(self._appender.submit(orders))
        except Unavailable as error:
            raise unavailable(SECONDS_UNTIL_BACK) from error


def _unforeseen(error: Exception) -> Problem:
    """500 for a fault of ours: what it was is in the log under its id."""
    fault = uuid4().hex
    LOG.error("a request could not be answered: %s", fault, exc_info=error)
    return Problem(500, "INTERNAL_SERVER_ERROR", f"a fault of ours; the log tells of it under {fault}")


def _media_type(request: Request) -> str:
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    found = media_type.strip().lower()
    charset = parameters.lower().replace('"', "").replace(" ", "")
    if found not in LARGEST_BODY or charset not in ("", "charset=utf-8"):
        detail = f"send {SINGLE} or {BATCH} in UTF-8 (CloudEvents 1.0 in structured mode)"
        raise Problem(415, "UNSUPPORTED_MEDIA_TYPE", detail, headers={"accept-post": f"{SINGLE}, {BATCH}"})
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "UNSUPPORTED_MEDIA_TYPE", "send the body as it is, without Content-Encoding")
    return found


def _promised_size(request: Request, *, largest: int) -> int:
    """How large the body is, or may be where the client does not say."""
    promised = request.headers.get("content-length", "")
    size = int(promised) if promised.isdecimal() else largest
    if size > largest:
        raise _too_large(largest)
    return size


async def _body(request: Request, *, largest: int) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > largest:
            raise _too_large(largest)
        parts.append(part)
    return b"".join(parts)


def _too_large(largest: int) -> Problem:
    detail = f"the body may have {largest >> 20} MiB; send fewer records at a time"
    return Problem(413, "TOO_LARGE", detail)


async def _read(body: bytes, *, is_batch: bool) -> Read:
    try:
        if len(body) <= SMALL_BODY:
            read = _read_events(body, is_batch=is_batch)
        else:
            read = await asyncio.to_thread(_read_events, body, is_batch=is_batch)
    except NotJsonError as error:
        raise Problem(400, "NOT_JSON", str(error)) from error
    if len(read) > MOST_RECORDS:
        raise Problem(413, "TOO_LARGE", f"a batch may have {MOST_RECORDS:,} records and has {len(read):,}")
    return read


def _read_events(body: bytes, *, is_batch: bool) -> Read:
    return [read_event(value) for value in read_records(body, is_batch=is_batch)]


def _response(answers: list[Answer], *, is_batch: bool) -> Response:
    content = msgspec.json.encode(answers if is_batch else answers[0])
    return Response(content, status_of(answers, is_batch=is_batch), media_type="application/json")
