"""The ASGI application of `kefu serve`: /events, and everything of the GraphQL API beside it.

`pipelines` and `graphql_api` stand beside each other and do not import each other. One port serves both
since the GraphQL application is found by its import string, as an ASGI server finds it, and mounted; a
mounted application's lifespan is not run by its host, so this one runs it within its own.

Several processes may serve (uvicorn's --workers): each has its own group appender, and what keeps a record
from being appended twice, the keys and the lock, is in the database that they share.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send
from uvicorn.importer import import_from_string

from infra.settings import Settings, read_settings
from pipelines.console import utc_now
from pipelines.messages.endpoint import WAITING_BYTES, WAITING_RECORDS, EventsEndpoint
from pipelines.messages.group_appender import GroupAppender
from pipelines.messages.mappings import read_plans
from pipelines.messages.room import Room
from pipelines.messages.sign_in import SignIn
from pipelines.stores import open_store

GRAPHQL_APP = "graphql_api.app:create_app"


def app_from_environment() -> Starlette:
    """What uvicorn starts: `uvicorn --factory pipelines.messages.app:app_from_environment`."""
    return create_app(read_settings(os.environ))


def create_app(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now, room: Room | None = None
) -> Starlette:
    """Both applications over the store that the settings name; MappingFault if a mapping is wrong.

    `room` is how much may wait; the usual where it is not given.
    """
    plans = read_plans(settings)
    graphql: Starlette = import_from_string(GRAPHQL_APP)(settings, clock=clock)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as opened:
            await opened.enter_async_context(graphql.router.lifespan_context(graphql))
            store = await asyncio.to_thread(open_store, settings)
            opened.push_async_callback(asyncio.to_thread, store.close)
            sign_in = SignIn(store.conninfo)
            await asyncio.to_thread(sign_in.open)
            opened.push_async_callback(asyncio.to_thread, sign_in.close)
            appender = GroupAppender(store, clock=clock)
            opened.push_async_callback(asyncio.to_thread, appender.close)
            waiting = room or Room(records=WAITING_RECORDS, size=WAITING_BYTES)
            app.state.events = EventsEndpoint(plans, sign_in=sign_in, appender=appender, room=waiting)
            yield

    return Starlette(lifespan=lifespan, routes=[Route("/events", _Events()), Mount("/", graphql)])


class _Events:
    """Hands a request to the endpoint of the running application."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope).app.state.events(scope, receive, send)
