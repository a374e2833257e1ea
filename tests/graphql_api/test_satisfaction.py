"""Satisfaction scores over GraphQL: as of any moment, as stored for a day, and as the view makes them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from graphql_api.app import create_app
from infra.stores import Store
from projections.storage.reader import stored_facts
from projections.storage.views import refresh_view
from projections.views.satisfaction_scores import SATISFACTION_SCORES
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.given import NOW, Asking, call_row, calls_told, key_for, started

OFFERED = datetime(2026, 1, 10, 4, tzinfo=UTC)


def rated_call(number: int, *, satisfied: bool | None, unit: str) -> dict[str, Any]:
    rated_at = OFFERED + timedelta(days=number)
    times = dict.fromkeys(("offered_at", "first_occurred_at", "last_occurred_at"), rated_at)
    recorded = {"first_recorded_at": rated_at, "last_recorded_at": rated_at}
    rating = {
        "rated_at": None if satisfied is None else rated_at,
        "rating_score": None if satisfied is None else Decimal(5 if satisfied else 1),
        "rating_scale": None if satisfied is None else 5,
        "rating_satisfied": satisfied,
        "outcome": "answered",
    }
    return call_row(number, unit=unit, **times, **recorded, **rating)


CALLS = [
    rated_call(0, satisfied=True, unit="north"),
    rated_call(1, satisfied=False, unit="north"),
    rated_call(2, satisfied=None, unit="north"),
    rated_call(3, satisfied=True, unit="south"),
]


@pytest.fixture(scope="module")
def rated_store(embedded_server: RunningServer) -> Iterator[Store]:
    for store in fresh_store(embedded_server):
        calls_told(store, CALLS)
        with store.connect() as connection:
            connection.execute("update projection_checkpoint set position = 4")
        yield store


@pytest.fixture(scope="module")
def asking(rated_store: Store) -> Iterator[Asking]:
    with started(create_app(rated_store.settings, clock=lambda: NOW)) as api:
        yield Asking(api, key_for(rated_store, "marketing"))


def test_a_group_says_who_rated_and_who_did_not(asking: Asking) -> None:
    query = """{
      satisfactionScores(unit: "north") {
        month survey owner unit ratings satisfied dissatisfied top2box scored meanScore satisfiedShare
        contacts unrated responseRate reasons
      }
      meta { rowCount total truncated position }
    }"""
    assert asking.data(query) == {
        "satisfactionScores": [
            {
                "month": "2026-01-01",
                "survey": "call",
                "owner": None,
                "unit": "north",
                "ratings": 2,
                "satisfied": 1,
                "dissatisfied": 1,
                "top2box": 1,
                "scored": 2,
                "meanScore": 0.6,
                "satisfiedShare": 0.5,
                "contacts": 3,
                "unrated": 1,
                "responseRate": 2 / 3,
                "reasons": None,
            }
        ],
        "meta": [{"rowCount": 1, "total": 1, "truncated": False, "position": 4}],
    }


def test_an_earlier_moment_knows_less(asking: Asking) -> None:
    query = """{
      satisfactionScores(asOf: "2026-01-12") { unit ratings contacts }
      first: satisfactionScores(position: 1) { unit ratings contacts }
    }"""
    assert asking.data(query) == {
        "satisfactionScores": [{"unit": "north", "ratings": 2, "contacts": 2}],
        "first": [{"unit": "north", "ratings": 1, "contacts": 1}],
    }


def test_a_day_is_the_view_at_its_end_whether_stored_or_not(asking: Asking, rated_store: Store) -> None:
    query = """{ satisfactionScores(day: "2026-01-11") { unit ratings contacts } meta { position } }"""
    made = asking.data(query)
    assert made["satisfactionScores"] == [{"unit": "north", "ratings": 2, "contacts": 2}]
    refresh_view(rated_store.conninfo, SATISFACTION_SCORES, date(2026, 1, 11), now=NOW)
    assert asking.data(query) == made


def test_every_row_of_the_view_is_served(asking: Asking, rated_store: Store) -> None:
    with stored_facts(rated_store.conninfo) as facts:
        expected = (
            SATISFACTION_SCORES.rows(facts, now=NOW).select("unit", "tier", "ratings", "mean_score").rows()
        )
    rows = asking.data("{ satisfactionScores { unit tier ratings meanScore } }")["satisfactionScores"]
    assert [tuple(row.values()) for row in rows] == expected


def test_a_cut_list_says_so(asking: Asking) -> None:
    answer = asking.answer("{ satisfactionScores(limit: 1) { unit } meta { total truncated } }")
    assert answer["data"]["meta"] == [{"total": 2, "truncated": True}]


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ('day: "2026-01-11", asOf: "2026-01-11"', "day"),
        ('day: "2026-03-01"', "day"),
        ('day: "9999-12-31"', "day"),
        ("position: 5", "position"),
        ("position: -1", "position"),
        ("limit: -1", "limit"),
        ("offset: -1", "offset"),
        ('unit: "a\\u0000"', "unit"),
    ],
)
def test_what_cannot_be_asked_names_its_argument(asking: Asking, arguments: str, argument: str) -> None:
    error = asking.error(f"{{ satisfactionScores({arguments}) {{ unit }} }}")
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}
