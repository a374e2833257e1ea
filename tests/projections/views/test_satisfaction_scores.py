"""Satisfaction counts what customers said, and never takes silence for dissatisfaction."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from projections.metrics.catalogue.rating_rule import is_top2box
from projections.views.reading import ViewReading
from projections.views.satisfaction_scores import SATISFACTION_SCORES
from tests.projections.metrics.examples import at, call, frame
from tests.projections.metrics.memory import Memory

NOW = at("2024-03-01T00:00")


def rated(number: int, score: int | None, scale: int | None = 5, **columns: Any) -> dict[str, Any]:
    """An answered call with a rating."""
    given = {"rating_score": None if score is None else Decimal(score), "rating_scale": scale}
    return call(number, rated_at=at("2024-01-10T03:00"), **given, **columns)


def rating(version: int, **columns: Any) -> dict[str, Any]:
    """A rating that a customer gave in the mutual survey."""
    return {
        "customer": "customer-x:1",
        "version": version,
        "survey": "mutual",
        "rated_at": at("2024-01-10T03:00"),
    } | columns


def scores(**facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    source = Memory({fact: frame(fact, rows) for fact, rows in facts.items()})
    return SATISFACTION_SCORES.rows(source, now=NOW).to_dicts()


def test_unrated_calls_lower_the_response_rate_and_nothing_else() -> None:
    (only,) = scores(calls=[rated(1, 5), rated(2, 3), call(3), call(4)])
    assert only == {
        "month": date(2024, 1, 1),
        "survey": "call",
        "process": None,
        "owner": None,
        "channel": None,
        "unit": None,
        "tier": None,
        "ratings": 2,
        "satisfied": 1,
        "dissatisfied": 1,
        "top2box": 1,
        "scored": 2,
        "mean_score": 0.8,
        "satisfied_share": 0.5,
        "contacts": 4,
        "unrated": 2,
        "response_rate": 0.5,
        "reasons": None,
    }


def test_the_customer_s_own_word_goes_before_the_boxes() -> None:
    (only,) = scores(calls=[rated(1, 2, rating_satisfied=True), rated(2, 5, rating_satisfied=False)])
    assert (only["satisfied"], only["dissatisfied"], only["top2box"]) == (1, 1, 1)


def test_a_word_without_a_score_is_a_rating() -> None:
    (only,) = scores(calls=[rated(1, None, None, rating_satisfied=True)])
    assert (only["ratings"], only["satisfied"], only["scored"], only["mean_score"]) == (1, 1, 0, None)


def test_abandoned_and_outbound_calls_are_no_contacts() -> None:
    assert scores(calls=[call(1, outcome="abandoned"), call(2, direction="outbound")]) == []


def test_how_many_were_asked_in_a_survey_is_not_known_without_requests() -> None:
    (only,) = scores(customer_ratings=[rating(1, score=Decimal(9), scale=10)])
    assert (only["survey"], only["ratings"], only["satisfied"]) == ("mutual", 1, 1)
    assert (only["contacts"], only["unrated"], only["response_rate"]) == (None, None, None)


def request(number: int, **columns: Any) -> dict[str, Any]:
    """A rating that was asked for in the mutual survey."""
    return {
        "customer": "customer-x:1",
        "rating_id": str(number),
        "survey": "mutual",
        "requested_at": at("2024-01-09T03:00"),
    } | columns


def test_requests_tell_how_many_could_have_answered_and_did() -> None:
    answered = request(1, unit="east", rated_at=at("2024-01-10T03:00"))
    given = rating(9, rating_id="1", unit="east", process="billing", score=Decimal(5), scale=5)
    asked, rated_row = scores(
        customer_ratings=[given], rating_requests=[answered, request(2, unit="east"), request(3, unit="east")]
    )
    assert (asked["process"], asked["ratings"], asked["contacts"], asked["unrated"]) == (None, 0, 3, 2)
    assert asked["response_rate"] == 1 / 3
    assert (rated_row["process"], rated_row["ratings"], rated_row["contacts"]) == ("billing", 1, None)


def test_a_request_counts_in_its_own_month_and_an_answer_in_its_own() -> None:
    later = at("2024-02-02T03:00")
    rows = scores(
        customer_ratings=[rating(9, rating_id="1", rated_at=later, satisfied=True)],
        rating_requests=[request(1, rated_at=later)],
    )
    assert [(row["month"].month, row["ratings"], row["contacts"]) for row in rows] == [
        (1, 0, 1),
        (2, 1, None),
    ]


def owner(process: str, body: str, since: date) -> dict[str, Any]:
    return {
        "organisation": "organisation-x:x",
        "kind": "process_owner",
        "name": process,
        "valid_from": since,
        "body": body,
    }


def test_the_owner_is_who_owned_the_process_that_day() -> None:
    owners = [
        owner("billing", '"desk:old"', date(2023, 1, 1)),
        owner("billing", '"desk:new"', date(2024, 1, 10)),
        owner("network", '"desk:wires"', date(2024, 1, 11)),
    ]
    rows = scores(
        organisation_rules=owners,
        customer_ratings=[
            rating(1, process="billing", satisfied=True, rated_at=at("2024-01-09T15:59")),
            rating(2, process="billing", satisfied=True, rated_at=at("2024-01-09T16:00")),
            rating(3, process="network", satisfied=True),
        ],
        calls=[rated(1, 5, purpose="billing")],
    )
    assert [(row["survey"], row["process"], row["owner"]) for row in rows] == [
        ("call", "billing", "desk:new"),
        ("mutual", "billing", "desk:new"),
        ("mutual", "billing", "desk:old"),
        ("mutual", "network", None),
    ]


def test_three_months_are_shown_the_last_being_the_day_s_own() -> None:
    moments = ["2023-11-30T15:59", "2023-11-30T16:00", "2024-02-29T15:59", "2024-02-29T16:00"]
    calls = [rated(number, 5, offered_at=at(moment)) for number, moment in enumerate(moments)]
    source = Memory({"calls": frame("calls", calls)})
    rows = SATISFACTION_SCORES.rows(source, now=NOW, as_of=at("2024-02-29T16:00"))
    assert rows["month"].to_list() == [date(2023, 12, 1), date(2024, 2, 1)]


def test_what_the_metrics_count_differently_is_told() -> None:
    source = Memory(
        {
            "calls": frame("calls", [rated(1, 5), rated(2, 1), call(3)]),
            "customer_ratings": frame("customer_ratings", [rating(1, satisfied=True)]),
        }
    )
    reading = ViewReading(source=source, now=NOW, as_of=NOW, known_at=NOW)
    rows = SATISFACTION_SCORES.made(reading)
    checks = SATISFACTION_SCORES.reconciliations
    assert [check.differences(reading, rows).height for check in checks] == [0, 0]
    forged = rows.with_columns(satisfied=pl.col("satisfied") + 1)
    assert [check.differences(reading, forged).to_dicts() for check in checks] == [
        [{"period_start": date(2024, 1, 1), "in_view": 2.0, "in_metric": 1.0}]
    ] * 2
    assert all(rows.select(holds.all()).item() for holds in SATISFACTION_SCORES.ranges.values())


def test_reasons_of_the_dissatisfied_are_counted_most_frequent_first() -> None:
    given = [(False, "price"), (False, "attitude"), (False, "price"), (True, "speed"), (False, None)]
    rows = [rating(n, satisfied=word, reason=reason) for n, (word, reason) in enumerate(given)]
    assert scores(customer_ratings=rows)[0]["reasons"] == "price=2,attitude=1"


def test_months_units_and_tiers_are_told_apart() -> None:
    late = at("2024-01-31T16:00")
    told = scores(calls=[rated(1, 5, unit="east"), rated(2, 5, tier="gold"), rated(3, 5, offered_at=late)])
    assert [(row["month"].month, row["unit"], row["tier"]) for row in told] == [
        (1, None, "gold"),
        (1, "east", None),
        (2, None, None),
    ]


def test_a_rating_of_tomorrow_is_not_known_today() -> None:
    source = Memory({"calls": frame("calls", [rated(1, 5)])})
    assert SATISFACTION_SCORES.rows(source, now=NOW, as_of=at("2024-01-10T00:00")).is_empty()


@pytest.mark.parametrize(
    ("score", "scale", "top"),
    [(4, 5, True), (3, 5, False), (9, 10, True), (2, 2, True), (1, 2, False), (1, 1, True), (None, 5, None)],
)
def test_the_two_top_boxes_of_a_scale(score: int | None, scale: int, top: bool | None) -> None:
    given = pl.DataFrame({"score": [score], "scale": [scale]}, schema={"score": pl.Int64, "scale": pl.Int64})
    assert given.select(is_top2box("score", "scale")).item() is top
