"""What the tests of the API are given: a store with calls in it, keys, and ways to ask."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from httpx import ASGITransport, AsyncClient, Response
from psycopg.sql import SQL, Identifier
from starlette.applications import Starlette

from infra.api_keys import create_key
from infra.stores import Store
from projections.facts import SPECS
from projections.storage.database import open_database
from projections.storage.tables import create_tables

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST_OFFER = datetime(2026, 1, 1, tzinfo=UTC)
QUEUES = ("motor", "property", "personal")
OUTCOMES = ("answered", "abandoned", "flowed_out")


def call_row(number: int, **changes: Any) -> dict[str, Any]:
    """The call of that number: offered a minute after the one before, told in one event."""
    offered_at = FIRST_OFFER + timedelta(minutes=number)
    row = {
        "call": f"call-bank:{number:06}",
        "direction": "inbound",
        "queue": QUEUES[number % 3],
        "unit": f"u{number % 7}",
        "outcome": OUTCOMES[number % 3],
        "offered_at": offered_at,
        "wait_ms": number * 10,
        "talk_ms": None if number % 3 else number * 100,
        "transfers": number % 2,
        "rating_score": Decimal(number) / 4,
        "caller_number": "v1:secret",
        "voided": False,
        "has_void": False,
        "first_occurred_at": offered_at,
        "last_occurred_at": offered_at,
        "first_recorded_at": offered_at,
        "last_recorded_at": offered_at,
        "first_position": number + 1,
        "last_position": number + 1,
    }
    return {**row, **changes}


def calls_told(store: Store, rows: Sequence[dict[str, Any]]) -> None:
    """The rows stand in the fact, which has come as far as the highest of their positions."""
    with open_database(store.conninfo) as database:
        create_tables(database, SPECS.values())
    with store.connect() as connection, connection.cursor() as cursor:
        columns = SQL(", ").join(map(Identifier, rows[0]))
        with cursor.copy(
            SQL("copy {} ({}) from stdin").format(Identifier(SPECS["calls"].table), columns)
        ) as copy:
            for row in rows:
                copy.write_row(tuple(row.values()))
        position = max(row["last_position"] for row in rows)
        cursor.execute("update projection_checkpoint set position = %s where fact = 'calls'", [position])


def key_for(store: Store, role: str) -> str:
    with store.connect() as connection:
        return create_key(connection, role=role, now=NOW)


class Api:
    """A started application, asked from code that does not await."""

    def __init__(self, app: Starlette, client: AsyncClient, runner: asyncio.Runner) -> None:
        self.app, self.client, self.runner = app, client, runner

    def request(self, method: str, path: str, **sent: Any) -> Response:
        return self.runner.run(self.client.request(method, path, **sent))

    def together(self, ask: Callable[[AsyncClient], list[Awaitable[Response]]]) -> list[Response]:
        """Several requests at once."""

        async def all_of_them() -> list[Response]:
            return list(await asyncio.gather(*ask(self.client)))

        return self.runner.run(all_of_them())


@contextmanager
def started(app: Starlette) -> Iterator[Api]:
    """The application, started and at the end stopped as a server would."""
    with asyncio.Runner() as runner:
        lifespan = app.router.lifespan_context(app)
        runner.run(lifespan.__aenter__())
        client = AsyncClient(transport=ASGITransport(app), base_url="http://kefu.test")
        try:
            yield Api(app, client, runner)
        finally:
            runner.run(client.aclose())
            runner.run(lifespan.__aexit__(None, None, None))


class Asking:
    """One caller who asks one application."""

    def __init__(self, api: Api, key: str) -> None:
        self.api, self.key = api, key

    def answer(self, query: str, **variables: Any) -> dict[str, Any]:
        """The whole answer, errors included."""
        body = {"query": query, "variables": variables}
        response = self.api.request("POST", "/graphql", json=body, headers={"x-api-key": self.key})
        answer: dict[str, Any] = response.json()
        return answer

    def data(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = self.answer(query, **variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    def error(self, query: str, **variables: Any) -> dict[str, Any]:
        """The one error of an answer."""
        (error,) = self.answer(query, **variables)["errors"]
        found: dict[str, Any] = error
        return found
