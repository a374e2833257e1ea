"""The ASGI application: /graphql and /export for signed-in callers, and how it fares."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graphql_api.export.endpoint import ExportEndpoint
from graphql_api.graphql_endpoint import GraphQLEndpoint
from graphql_api.health import health, readiness
from graphql_api.http.answer_tags import code_digest
from graphql_api.http.metrics_page import metrics_page
from graphql_api.http.persisted_operations import PersistedOperations, registered_operations
from graphql_api.http.speaking import middleware, speaking
from graphql_api.schema import build_schema
from graphql_api.services import open_services
from graphql_api.sign_in import SignInRefused, refuse_sign_in
from infra.settings import Settings, read_settings

# The endpoint itself refuses what GraphQL is not asked by, with a coded error.
EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def utc_now() -> datetime:
    return datetime.now(UTC)


def app_from_environment() -> Starlette:
    """What uvicorn starts: `uvicorn --factory graphql_api.app:app_from_environment`."""
    return create_app(read_settings(os.environ))


def create_app(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Starlette:
    """The application over the store that the settings name, which is opened when it starts."""
    schema, spoken = build_schema(), speaking(settings.serving)
    operations = PersistedOperations(
        registered_operations(settings, schema), only_registered=settings.serving.only_registered
    )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_services(settings, clock=clock) as services:
            app.state.database = services.database
            app.state.services = services
            await asyncio.to_thread(code_digest)
            graphql = GraphQLEndpoint(
                schema, services=services, spoken=spoken, operations=operations, clock=clock
            )
            with (
                closing(spoken.traces),
                closing(graphql) as app.state.graphql,
                closing(ExportEndpoint(services, clock=clock)) as app.state.export,
            ):
                yield

    async def answer_health(request: Request) -> Response:
        return await health(request.app.state.database, now=clock())

    async def answer_metrics(request: Request) -> Response:
        services, token = request.app.state.services, settings.serving.metrics_token
        return await metrics_page(request, services=services, spoken=spoken, token=token, now=clock())

    return Starlette(
        lifespan=lifespan,
        middleware=middleware(spoken, settings.serving, clock=clock),
        exception_handlers={SignInRefused: refuse_sign_in},
        routes=[*ROUTES, Route("/healthz", answer_health), Route("/metrics", answer_metrics)],
    )


async def _answer_graphql(request: Request) -> Response:
    endpoint: GraphQLEndpoint = request.app.state.graphql
    return await endpoint.answer(request)


async def _answer_export(request: Request) -> Response:
    endpoint: ExportEndpoint = request.app.state.export
    return await endpoint.answer(request)


async def _answer_readiness(request: Request) -> Response:
    return await readiness(request.app.state.database)


ROUTES = (
    Route("/graphql", _answer_graphql, methods=EVERY_METHOD),
    Route("/export/{name}", _answer_export, methods=EVERY_METHOD),
    Route("/readyz", _answer_readiness),
)
