"""Limits as callers meet them: cost in every answer, budgets and turnstiles refused with a status."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from graphql_api.app import create_app
from graphql_api.database import Database, Row
from graphql_api.introspected import fullest_introspection
from infra.serving_settings import ServingSettings
from infra.stores import Store
from tests.graphql_api.given import NOW, Api, Asking, key_for, started


@pytest.fixture(scope="module")
def narrow(calls_store: Store) -> Iterator[Api]:
    """An application with little to give."""
    serving = ServingSettings(cost_per_minute=1_000, requests_per_caller=2, requests_at_once=3)
    settings = replace(calls_store.settings, serving=serving)
    with started(create_app(settings, clock=lambda: NOW)) as api:
        yield api


def test_every_answer_says_what_it_cost_and_what_is_left(narrow: Api, calls_store: Store) -> None:
    caller = Asking(narrow, key_for(calls_store, "admin"))
    answer = caller.answer("{ calls(limit: 300, queue: []) { id queue } }")
    assert answer["extensions"]["cost"] == {
        "requested": 601,
        "used": 1,
        "limit": 1_000,
        "remaining": 999,
        "resetsAt": NOW.replace(second=1).isoformat(),
    }


def test_a_budget_that_is_spent_is_429_with_the_seconds_to_wait(narrow: Api, calls_store: Store) -> None:
    caller = Asking(narrow, key_for(calls_store, "admin"))
    asked = {"query": "{ calls(limit: 300) { id queue } }"}

    def ask() -> Any:
        return narrow.request("POST", "/graphql", json=asked, headers={"x-api-key": caller.key})

    assert ask().status_code == 200
    refused = ask()
    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["extensions"]["code"]) == (429, "COST_BUDGET_SPENT")
    assert refused.headers["retry-after"] == "13"
    assert refused.json()["extensions"]["cost"]["remaining"] == 399
    assert Asking(narrow, key_for(calls_store, "admin")).data("{ calls(limit: 300) { id queue } }")


def test_whoever_asks_too_much_at_once_is_told_to_wait(
    narrow: Api, calls_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Database.fetch

    async def slow(self: Database, *asked: Any, **named: Any) -> list[Row]:
        await asyncio.sleep(0.2)
        return await read(self, *asked, **named)

    monkeypatch.setattr(Database, "fetch", slow)
    one, other = (key_for(calls_store, "admin") for _ in range(2))
    asked = {"query": "{ calls(limit: 1) { id } }"}
    responses = narrow.together(
        lambda client: [
            client.post("/graphql", json=asked, headers={"x-api-key": key})
            for key in (one, one, one, other, other)
        ]
    )
    statuses = [response.status_code for response in responses]
    assert sorted(statuses) == [200, 200, 200, 429, 503]
    refused = [response for response in responses if response.status_code != 200]
    assert {response.json()["errors"][0]["extensions"]["code"] for response in refused} == {
        "TOO_MANY_REQUESTS"
    }
    assert {response.headers["retry-after"] for response in refused} == {"1"}


def test_the_whole_schema_is_made_once_and_costs_nothing_again(manager: Asking) -> None:
    query = fullest_introspection().replace("IntrospectionQuery", "Once")
    first, again = (manager.answer(query) for _ in range(2))
    assert first["data"] == again["data"]
    assert first["extensions"]["cost"]["requested"] > again["extensions"]["cost"]["requested"]


def test_who_misnames_a_variable_of_the_schema_is_told(manager: Asking) -> None:
    query = fullest_introspection().replace("IntrospectionQuery", "Once($needed: Boolean!)")
    error = manager.error(query)
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
