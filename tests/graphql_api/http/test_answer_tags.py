"""Tags: an unchanged answer is not made again, a changed one always is, and what is personal has none."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from httpx import Response

from graphql_api.graphql_endpoint import GraphQLEndpoint
from graphql_api.graphql_requests import GraphQLRequest
from graphql_api.http.answer_tags import answer_tag
from graphql_api.prepared_documents import prepare
from graphql_api.sign_in import Caller
from infra.stores import Store
from tests.graphql_api.given import NOW, Api, Asking, key_for

CALLS = "{ calls(limit: 2) { id } }"
METRICS = '{ metrics(metric: "calls", from: "2026-01-01", to: "2026-02-01") { value } }'
VIEW = "{ customer360(limit: 1) { id } }"
PEOPLE = "{ organisation { zone } }"


@pytest.fixture(scope="module")
def analyst(api: Api, calls_store: Store) -> Asking:
    return Asking(api, key_for(calls_store, "admin"))


def got(asking: Asking, query: str, *, tag: str | None = None, **sent: str) -> Response:
    headers = {"x-api-key": asking.key, **({"if-none-match": tag} if tag else {})}
    return asking.api.request("GET", "/graphql", params={"query": query, **sent}, headers=headers)


def tag_of(analyst: Asking, query: str, **sent: str) -> str:
    response = got(analyst, query, **sent)
    assert "errors" not in response.json(), response.text
    assert response.headers["cache-control"] == "private, no-cache"
    tag: str = response.headers["etag"]
    assert tag.startswith('W/"')
    return tag


def test_an_unchanged_answer_is_not_made_again(analyst: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    tag = tag_of(analyst, CALLS)

    async def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("the query is run")

    monkeypatch.setattr(GraphQLEndpoint, "_execute", forbidden)
    response = got(analyst, CALLS, tag=f'"other", {tag}')
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == tag
    assert {"Accept", "Authorization", "X-API-Key"} <= set(response.headers["vary"].split(", "))


def test_each_thing_that_an_answer_depends_on_changes_its_tag(analyst: Asking, calls_store: Store) -> None:
    asked = "query($n: Int) { calls(limit: $n) { id } }"
    tags = {
        tag_of(analyst, CALLS),
        tag_of(analyst, CALLS + " "),
        tag_of(analyst, asked, variables='{"n":1}'),
        tag_of(analyst, asked, variables='{"n":2}'),
        tag_of(Asking(analyst.api, key_for(calls_store, "bi_reader")), CALLS),
    }
    assert len(tags) == 5
    assert tag_of(Asking(analyst.api, key_for(calls_store, "admin")), CALLS) in tags


@pytest.mark.parametrize(
    ("change", "undone"),
    [
        (
            "update projection_checkpoint set position = position + 1 where fact = 'calls'",
            "update projection_checkpoint set position = position - 1 where fact = 'calls'",
        ),
        (
            "update projection_checkpoint set version = version + 1 where fact = 'claims'",
            "update projection_checkpoint set version = version - 1 where fact = 'claims'",
        ),
        (
            "insert into projection_skip (fact, position, reason) values ('claims', 5, 'a test')",
            "delete from projection_skip",
        ),
        (
            "insert into store_meta (name, value) values ('rules_read:a_test', 'others')",
            "delete from store_meta where name = 'rules_read:a_test'",
        ),
    ],
)
def test_whatever_moves_in_the_store_makes_the_answer_anew(
    analyst: Asking, calls_store: Store, change: str, undone: str
) -> None:
    tag = tag_of(analyst, CALLS)
    with calls_store.connect() as connection:
        connection.execute(change.encode())
        response = got(analyst, CALLS, tag=tag)
        connection.execute(undone.encode())
    assert (response.status_code, response.headers["etag"] == tag) == (200, False)
    assert got(analyst, CALLS, tag=tag).status_code == 304


def tag_at(analyst: Asking, query: str, now: datetime, *, units: tuple[str, ...] = ()) -> str | None:
    """The tag at a moment, without asking."""
    endpoint: GraphQLEndpoint = analyst.api.app.state.graphql
    (operation,) = prepare(endpoint._core_schema, query).operations
    caller = Caller(name="me", role="admin", units=units)
    asked = GraphQLRequest(query, {"none": None, "then": "2026-01-01"}, None, None)
    made: Any = answer_tag(
        analyst.api.app.state.database, asked, operation, caller=caller, media_type="x", now=now
    )
    tag: str | None = analyst.api.runner.run(made)
    return tag


@pytest.mark.parametrize(
    ("query", "stands_for"),
    [
        (CALLS, timedelta(days=99)),
        ("{ metricCatalogue { metric } meta { field } __typename }", timedelta(days=99)),
        (METRICS, timedelta(minutes=14)),
        (METRICS.replace("metric:", 'asOf: "2026-02-01", metric:'), timedelta(days=99)),
        (METRICS.replace("metric:", "asOf: null, metric:"), timedelta(minutes=14)),
        (VIEW, timedelta(seconds=59)),
        (VIEW.replace("limit", 'day: "2026-02-01", limit'), timedelta(days=99)),
        (
            "query($then: Date) " + VIEW.replace("limit", "day: $then, limit"),
            timedelta(days=99),
        ),
        ("query($none: Date) " + VIEW.replace("limit", "day: $none, limit"), timedelta(seconds=59)),
        ("{ ...m } fragment m on Query " + METRICS, timedelta(minutes=14)),
        (PEOPLE, timedelta(seconds=59)),
    ],
)
def test_the_clock_is_in_a_tag_as_finely_as_the_answer_looks_at_it(
    analyst: Asking, query: str, stands_for: timedelta
) -> None:
    tag = tag_at(analyst, query, NOW)
    assert tag is not None
    assert tag_at(analyst, query, NOW + stands_for) == tag
    if stands_for < timedelta(days=1):
        assert tag_at(analyst, query, NOW + stands_for + timedelta(minutes=1)) != tag


def test_a_view_with_stored_days_looks_for_the_latest_at_quarters_of_an_hour(
    analyst: Asking, calls_store: Store
) -> None:
    before = tag_at(analyst, VIEW, NOW)
    with calls_store.connect() as connection:
        connection.execute(
            "create table if not exists view_partition (view text, version int, day date, position bigint,"
            " rows bigint, hash bigint, refreshed_at timestamptz)"
        )
        insert = "insert into view_partition values ('customer_360', 1, %s, 3, 0, 0, %s)"
        connection.execute(insert, [date(2026, 2, 1), NOW])
        stored = tag_at(analyst, VIEW, NOW)
        assert tag_at(analyst, VIEW, NOW + timedelta(minutes=14)) == stored != before
        assert tag_at(analyst, VIEW, NOW + timedelta(minutes=15)) != stored
        connection.execute(insert, [date(2026, 2, 2), NOW + timedelta(days=1)])
        assert tag_at(analyst, VIEW, NOW) != stored
        connection.execute("delete from view_partition where view = 'customer_360' and hash = 0")


def test_who_may_see_other_rows_has_other_tags(analyst: Asking) -> None:
    assert tag_at(analyst, CALLS, NOW) != tag_at(analyst, CALLS, NOW, units=("north",))


@pytest.mark.parametrize("query", ["{ nothing }", "{ calls(limit: -1) { id } }", "mutation { __typename }"])
def test_an_error_has_no_tag(analyst: Asking, query: str) -> None:
    response = got(analyst, query)
    assert response.json()["errors"]
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


def test_a_post_has_no_tag(analyst: Asking) -> None:
    sent = {"json": {"query": CALLS}, "headers": {"x-api-key": analyst.key}}
    response = analyst.api.request("POST", "/graphql", **sent)
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"


def test_an_answer_that_opened_what_is_personal_has_no_tag(
    analyst: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = GraphQLEndpoint._execute

    async def opening(self: GraphQLEndpoint, prepared: Any, context: Any, *, method: str) -> Any:
        context.looks.looked_at("somebody")
        return await execute(self, prepared, context, method=method)

    monkeypatch.setattr(GraphQLEndpoint, "_execute", opening)
    response = got(analyst, CALLS)
    assert response.json()["data"]["calls"]
    assert "etag" not in response.headers
    assert response.headers["cache-control"] == "no-store"
