"""The history of a row is what the lists of the stored days said of it, day by day."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from strawberry.utils.str_converters import to_camel_case

from graphql_api.app import create_app
from graphql_api.datasets.views import VIEW_DATASETS
from graphql_api.queries.views import VIEW_MODELS
from graphql_api.views.row_ids import id_in_frame, keys_named
from infra.stores import Store
from projections.views import VIEWS
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.given import NOW, Api, Asking, key_for, started
from tests.graphql_api.views.given import DAYS, POSITION, random_days

ROWS = 6
HISTORY = "{ fromDay toDay position columns }"


@pytest.fixture(scope="module")
def api(filled_store: Store) -> Iterator[Api]:
    with started(create_app(filled_store.settings, clock=lambda: NOW)) as api:
        yield api


@pytest.fixture(scope="module")
def admin(api: Api, filled_store: Store) -> Asking:
    return Asking(api, key_for(filled_store, "admin"))


def history(asking: Asking, view: str, row: str, more: str = "") -> list[dict[str, Any]]:
    asked = f"rowHistory(view: {json.dumps(view)}, id: {json.dumps(row)}{more}) {HISTORY}"
    rows: list[dict[str, Any]] = asking.data(f"{{ {asked} }}")["rowHistory"]
    return rows


@pytest.mark.parametrize("name", VIEW_MODELS)
def test_each_day_of_a_row_is_as_the_list_of_that_day_has_it(name: str, admin: Asking) -> None:
    fields = " ".join(VIEW_MODELS[name].names.values())
    listed = " ".join(
        f'd{place}: {to_camel_case(name)}(day: "{day}", limit: 100) {{ {fields} }}'
        for place, day in enumerate(DAYS)
    )
    told = admin.data(f"{{ {listed} }}")
    by_day = {day: {row["id"]: row for row in told[f"d{place}"]} for place, day in enumerate(DAYS)}
    for row in sorted({one for rows in by_day.values() for one in rows})[:ROWS]:
        intervals = history(admin, name, row)
        assert [one["fromDay"] for one in intervals] == sorted({one["fromDay"] for one in intervals})
        assert all(one["position"] == POSITION for one in intervals)
        for day in DAYS:
            stood = [
                one["columns"]
                for one in intervals
                if one["fromDay"] <= str(day) and (one["toDay"] is None or str(day) < one["toDay"])
            ]
            assert stood == ([by_day[day][row]] if row in by_day[day] else []), (row, day)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_an_id_names_its_keys(view: Any) -> None:
    dataset = next(one for one in VIEW_DATASETS if one.name == view.name)
    rows = random_days(view, seed=3, rows=60)[0]
    for row in rows.with_columns(id_in_frame(view).alias("the id")).iter_rows(named=True):
        named = keys_named(view, dataset, row["the id"], argument="id")
        assert named == {key: row[key] for key in view.keys}


def test_only_what_stood_within_the_days_is_told(admin: Asking) -> None:
    name = "customer_360"
    ids = [row["id"] for row in admin.data('{ customer360(day: "2026-02-27") { id } }')["customer360"]]
    for row in ids[:ROWS]:
        whole = history(admin, name, row)
        for place, day in enumerate(DAYS):
            after = day + timedelta(days=1)
            part = history(admin, name, row, f', from: "{day}", to: "{after}"')
            assert part == [
                one
                for one in whole
                if one["fromDay"] < str(after) and (one["toDay"] is None or one["toDay"] > str(day))
            ], place
    assert history(admin, name, ids[0], f', to: "{DAYS[0]}"') == []
    assert history(admin, name, "nobody") == []


def test_the_note_says_of_which_days_it_is_and_how_much_more_there_is(admin: Asking) -> None:
    ids = [row["id"] for row in admin.data("{ lostCustomers { id } }")["lostCustomers"]]
    counted = {row: history(admin, "lost_customers", row) for row in ids}
    longest = max(ids, key=lambda row: len(counted[row]))
    asked = f'rowHistory(view: "lost_customers", id: {json.dumps(longest)}, limit: 1)'
    answer = admin.data(f"{{ {asked} {HISTORY} meta {{ rowCount total truncated day stored position }} }}")
    assert answer["rowHistory"] == counted[longest][:1]
    assert answer["meta"] == [
        {
            "rowCount": 1,
            "total": len(counted[longest]),
            "truncated": len(counted[longest]) > 1,
            "day": str(DAYS[-1]),
            "stored": True,
            "position": POSITION,
        }
    ]
    assert history(admin, "lost_customers", longest, ", offset: 1") == counted[longest][1:]


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ('view: "churn", id: "x"', "view"),
        ('view: "segment_members", id: "x"', "id"),
        ('view: "points_liability", id: "x|y|z"', "id"),
        ('view: "churn_risk", id: "a\\u0000"', "id"),
        ('view: "churn_risk", id: "x", from: "0001-01-01"', "from"),
        ('view: "churn_risk", id: "x", limit: 10001', "limit"),
    ],
)
def test_what_cannot_be_asked_is_the_callers_to_put_right(
    admin: Asking, arguments: str, argument: str
) -> None:
    error = admin.error(f"{{ rowHistory({arguments}) {{ fromDay }} }}")
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


def test_a_view_of_which_nothing_is_stored_has_no_history(embedded_server: RunningServer) -> None:
    for store in fresh_store(embedded_server):
        with started(create_app(store.settings, clock=lambda: NOW)) as api:
            assert history(Asking(api, key_for(store, "admin")), "churn_risk", "x") == []
