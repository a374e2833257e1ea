"""The ASGI application: /graphql for signed-in callers, /healthz and /readyz for whoever watches it."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graphql_api.database import Database
from graphql_api.graphql_endpoint import GraphQLEndpoint
from graphql_api.health import health, readiness
from graphql_api.keys import KeyRing
from graphql_api.request_context import RequestContext
from graphql_api.schema import build_schema
from graphql_api.services import Services
from graphql_api.sign_in import Caller
from infra.settings import Settings, read_settings
from infra.stores import open_store

# The endpoint itself refuses what GraphQL is not asked by, with a coded error.
EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Starlette:
    """The application over the store that the settings name, which is opened when it starts."""
    schema = build_schema()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        store = await asyncio.to_thread(open_store, settings)
        database, keys = Database(store.conninfo), KeyRing(store.conninfo)
        await database.open()
        await keys.open()
        services = Services(database=database, clock=clock)

        def make_context(caller: Caller) -> RequestContext:
            return RequestContext(caller=caller, services=services, now=clock())

        app.state.database = database
        app.state.graphql = GraphQLEndpoint(schema, find_role=keys.find_role, make_context=make_context)
        yield
        await keys.close()
        await database.close()
        await asyncio.to_thread(store.close)

    async def answer_health(request: Request) -> Response:
        return await health(request.app.state.database, now=clock())

    async def answer_readiness(request: Request) -> Response:
        return await readiness(request.app.state.database)

    async def answer_graphql(request: Request) -> Response:
        endpoint: GraphQLEndpoint = request.app.state.graphql
        return await endpoint.answer(request)

    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/graphql", answer_graphql, methods=EVERY_METHOD),
            Route("/healthz", answer_health),
            Route("/readyz", answer_readiness),
        ],
    )


def app_from_environment() -> Starlette:
    """What uvicorn starts: `uvicorn --factory graphql_api.app:app_from_environment`."""
    return create_app(read_settings(os.environ))
