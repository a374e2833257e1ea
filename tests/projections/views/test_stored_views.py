"""Stored days of a view are intervals that give every stored day back, whatever the order of storing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import psycopg
import pytest
from polars.testing import assert_frame_equal

from domain.call import CallAnswered, CallOffered, CallRated
from domain.envelope import Event
from infra.stores import Store
from projections.metrics.answer import answer
from projections.metrics.explain import explain
from projections.metrics.question import Question
from projections.storage.database import open_database
from projections.storage.reader import stored_facts
from projections.storage.view_tables import read_view, read_wanted, stored_days
from projections.storage.views import refresh_view
from projections.views.reading import Wanted
from projections.views.refresh import PartitionDiffers, day_end
from projections.views.satisfaction_scores import SATISFACTION_SCORES
from tests.projections.logs import Logged
from tests.projections.runner.stored import project_in_batches, put

NOW = datetime(2024, 6, 1, tzinfo=UTC)
DAYS = [date(2024, 1, 10), date(2024, 1, 11), date(2024, 1, 12)]


def a_rated_call(number: int, *, day: date, unit: str, satisfied: bool) -> list[Event]:
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    told: dict[str, Any] = {
        "originator_id": f"call-t:{number}",
        "occurred_at": at,
        "recorded_at": at,
        "source": "test",
        "unit": unit,
    }
    return [
        CallOffered(**told, originator_version=1, direction="inbound", hotline="1", channel="phone"),
        CallAnswered(**told, originator_version=2, wait_ms=1000),
        CallRated(**told, originator_version=3, score=Decimal(5), scale=5, satisfied=satisfied),
    ]


def tell(store: Store, *events: Event, after: int = 0) -> None:
    put(store.conninfo, [Logged(position, event) for position, event in enumerate(events, start=after + 1)])
    project_in_batches(store.conninfo, 1000)


@pytest.fixture
def told_store(embedded_store: Store) -> Store:
    """East is rated on the 10th and the 12th, west on the 11th only."""
    tell(
        embedded_store,
        *a_rated_call(1, day=DAYS[0], unit="east", satisfied=True),
        *a_rated_call(2, day=DAYS[1], unit="west", satisfied=True),
        *a_rated_call(3, day=DAYS[2], unit="east", satisfied=False),
    )
    return embedded_store


def assert_days_are_given_back(store: Store) -> None:
    with stored_facts(store.conninfo) as source, open_database(store.conninfo) as database:
        for day in DAYS:
            ends = day_end(day, zone=source.zone)
            stored = read_view(database, SATISFACTION_SCORES, day)
            assert stored is not None
            assert_frame_equal(stored, SATISFACTION_SCORES.rows(source, now=NOW, as_of=ends, known_at=ends))


@pytest.mark.parametrize("order", [*permutations(range(3))], ids=str)
def test_days_stored_in_any_order_are_given_back(told_store: Store, order: tuple[int, ...]) -> None:
    for place in order:
        told = refresh_view(told_store.conninfo, SATISFACTION_SCORES, DAYS[place], now=NOW)
        assert (told.status, told.position) == ("stored", 9)
    assert_days_are_given_back(told_store)


def test_a_row_that_stays_is_stored_once(told_store: Store) -> None:
    for day in DAYS:
        refresh_view(told_store.conninfo, SATISFACTION_SCORES, day, now=NOW)
    with psycopg.connect(told_store.conninfo) as connection:
        rows = connection.execute(
            "select unit, ratings, valid_from, valid_to from satisfaction_scores_v2 order by unit, valid_from"
        ).fetchall()
    assert rows == [
        ("east", 1, DAYS[0], DAYS[2]),
        ("east", 2, DAYS[2], None),
        ("west", 1, DAYS[1], None),
    ]


def test_a_day_made_again_is_compared_and_not_rewritten(told_store: Store) -> None:
    refresh_view(told_store.conninfo, SATISFACTION_SCORES, DAYS[0], now=NOW)
    again = refresh_view(told_store.conninfo, SATISFACTION_SCORES, DAYS[0], now=NOW + timedelta(days=1))
    assert (again.status, again.rows) == ("confirmed", 1)
    with open_database(told_store.conninfo) as database:
        (only,) = stored_days(database, SATISFACTION_SCORES).to_dicts()
    assert only["refreshed_at"] == NOW


def test_what_turns_up_as_known_by_then_is_a_difference(told_store: Store) -> None:
    refresh_view(told_store.conninfo, SATISFACTION_SCORES, DAYS[0], now=NOW)
    tell(told_store, *a_rated_call(4, day=DAYS[0], unit="south", satisfied=True), after=9)
    with pytest.raises(PartitionDiffers, match="stored with 1 rows at position 9 and now gives 2 other rows"):
        refresh_view(told_store.conninfo, SATISFACTION_SCORES, DAYS[0], now=NOW)
    with open_database(told_store.conninfo) as database:
        stored = read_view(database, SATISFACTION_SCORES, DAYS[0])
    assert stored is not None
    assert stored["unit"].to_list() == ["east"]


def test_what_is_wanted_of_a_stored_day_is_that_of_its_rows(told_store: Store) -> None:
    """Columns that are named come beside the keys; a range leaves out who has no value."""
    refresh_view(told_store.conninfo, SATISFACTION_SCORES, DAYS[2], now=NOW)
    months = ("month", date(2024, 1, 1), date(2024, 2, 1))
    for wanted in (
        Wanted(),
        Wanted(columns=("ratings",)),
        Wanted(columns=("ratings",), time=months),
        Wanted(time=("month", date(2024, 2, 1), None)),
        Wanted(time=("month", None, date(2024, 2, 1))),
    ):
        with open_database(told_store.conninfo) as database:
            rows = read_view(database, SATISFACTION_SCORES, DAYS[2])
            read = read_wanted(database, SATISFACTION_SCORES, DAYS[2], wanted=wanted)
        assert rows is not None
        assert read is not None
        assert_frame_equal(read, wanted.of(rows, SATISFACTION_SCORES), check_row_order=False)


def test_a_day_never_stored_is_not_an_empty_one(told_store: Store) -> None:
    with open_database(told_store.conninfo) as database:
        assert read_view(database, SATISFACTION_SCORES, DAYS[0]) is None


def test_stored_facts_answer_and_explain_questions(told_store: Store) -> None:
    question = Question(
        metric="service_level", start=DAYS[0], end=date(2024, 1, 13), grain="day", by=("unit",)
    )
    with stored_facts(told_store.conninfo) as source:
        told = answer(source, question, now=NOW)
        as_of = answer(source, Question(metric="calls", start=DAYS[0], end=DAYS[2], as_of=NOW), now=NOW)
        rows = explain(source, question, now=NOW).rows
    assert [(row.period_start, row.by["unit"], row.value, row.position) for row in told] == [
        (DAYS[0], "east", 1.0, 9),
        (DAYS[1], "west", 1.0, 9),
        (DAYS[2], "east", 1.0, 9),
    ]
    assert [row.value for row in as_of] == [2]
    assert rows["role"].to_list() == ["numerator"] * 3 + ["denominator"] * 3
