"""Rows about claims that are made when reading: routing of the day, directions, ages, estimates, payments."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.metrics.answer import Answer, answer
from projections.metrics.question import Question
from projections.metrics.survival import median_survival
from tests.projections.metrics.examples import at, frame
from tests.projections.metrics.memory import Memory
from tests.projections.metrics.plain.claim_times import PLAIN as JUDGES

NOW = at("2024-06-01T00:00")
JANUARY = {"start": date(2024, 1, 1), "end": date(2024, 2, 1)}
NOON = at("2024-01-10T04:00")
Facts = Mapping[str, Sequence[Mapping[str, Any]]]


def ask(facts: Facts, metric: str, **asked: Any) -> list[Answer]:
    source = Memory({name: frame(name, rows) for name, rows in facts.items()}, latest=NOON)
    return answer(source, Question(metric=metric, **{**JANUARY, **asked}), now=NOW)


def claim(number: int, **columns: Any) -> dict[str, Any]:
    """A motor claim of 10 January, unless told otherwise."""
    return {"claim": f"claim-x:{number}", "line": "motor_commercial", "reported_at": NOON} | columns


def routing(
    valid_from: date, body: str, *, kind: str = "repair_routing", name: str = "motor"
) -> dict[str, Any]:
    return {
        "organisation": "organisation-x:1",
        "kind": kind,
        "name": name,
        "valid_from": valid_from,
        "body": body,
    }


def sent(number: int, *, day: int, brand: str | None, shop: str | None, **columns: Any) -> dict[str, Any]:
    moment = at(f"2024-01-{day:02}T04:00")
    return claim(number, dispatched_at=moment, brand=brand, repair_shop=shop) | columns


ROUTINGS = (
    routing(date(2024, 1, 5), '{"ford":["s1"],"geely":["s2","s3"]}'),
    routing(date(2024, 1, 20), '{"ford":["s9"]}'),
    routing(date(2024, 1, 28), "null"),
)


@pytest.mark.parametrize(
    ("case", "counted"),
    [
        (sent(1, day=5, brand="ford", shop="s1"), (1, 1)),
        (sent(1, day=6, brand="geely", shop="s3"), (1, 1)),
        (sent(1, day=6, brand="geely", shop="s1"), (0, 1)),
        (sent(1, day=6, brand="ford", shop=None), (0, 1)),
        (sent(1, day=6, brand=None, shop="s1"), (0, 1)),
        (sent(1, day=21, brand="ford", shop="s1"), (0, 1)),
        (sent(1, day=21, brand="ford", shop="s9"), (1, 1)),
        (sent(1, day=4, brand="ford", shop="s1"), (0, 0)),
        (sent(1, day=29, brand="ford", shop="s9"), (0, 0)),
        (sent(1, day=6, brand="ford", shop="s1", line="property"), None),
    ],
)
def test_a_car_goes_to_a_shop_of_its_brand_by_the_routing_of_that_day(
    case: dict[str, Any], counted: tuple[int, int] | None
) -> None:
    found = ask({"claims": [case], "organisation_rules": ROUTINGS}, "brand_match_rate")
    told = [(one.numerator, one.denominator) for one in found if one.denominator or one.numerator]
    assert told == ([counted] if counted and counted[1] else [])


def test_a_rule_that_is_no_routing_routes_nobody() -> None:
    rules = [routing(date(2024, 1, 1), '["ford"]')]
    cars = [sent(1, day=6, brand="ford", shop="s1")]
    [one] = ask({"claims": cars, "organisation_rules": rules}, "brand_match_rate")
    assert (one.numerator, one.denominator) == (0, 1)


OURS = [
    {"unit": f"unit-org:{name}", "version": 1, "moved_at": at("2020-01-01T00:00")} for name in ("P00", "P01")
]


@pytest.mark.parametrize(
    ("from_unit", "to_unit", "direction"),
    [
        ("org:X1", "org:P01", "received"),
        ("org:P01", "org:X1", "sent"),
        ("org:P01", "org:P00", "intra_province"),
        ("org:X1", "org:X2", None),
        (None, "org:P00", "received"),
    ],
)
def test_a_delegation_is_received_sent_or_between_units_of_ours(
    from_unit: str | None, to_unit: str, direction: str | None
) -> None:
    delegation = {"claim": "claim-x:1", "delegation_id": "d1", "from_unit": from_unit, "to_unit": to_unit}
    told = delegation | {"due_at": NOON, "completed_at": NOON}
    [one] = ask({"claim_delegations": [told], "unit_moves": OURS}, "survey_on_time_rate", by=("direction",))
    assert (dict(one.by), one.numerator, one.denominator) == ({"direction": direction}, 1, 1)


def test_what_is_not_due_yet_is_not_late() -> None:
    later = {"claim": "claim-x:1", "delegation_id": "d1", "due_at": NOW + timedelta(days=1)}
    request = {"request": "request-x:1", "due_at": NOW + timedelta(days=1)}
    facts: Facts = {"claim_delegations": [later], "unit_moves": OURS, "requests": [request]}
    for metric in ("survey_on_time_rate", "requests_on_time"):
        assert ask(facts, metric, end=date(2024, 7, 1)) == []


def test_an_open_claim_grows_older_by_the_period_until_now() -> None:
    facts: Facts = {"claims": [claim(1), claim(2, ended_at=at("2024-02-10T04:00")), claim(3, ended_at=NOON)]}
    found = ask(facts, "claim_cycle_days.open_age", grain="month", end=date(2024, 7, 1))
    days = [(one.denominator, one.value) for one in found]
    assert days[:2] == [(2, 21.5), (1, 50.5)]
    assert [one.value for one in found[-1:]] == [(NOW - NOON) / timedelta(days=1)]


def test_a_payment_within_a_day_after_the_approval_counts_and_no_other() -> None:
    hours = (-1, 0, 24, 25)
    approvals = [
        {"claim": f"claim-x:{n}", "version": 1, "approved_at": NOON, "final": True, "amount": 100}
        for n in range(len(hours))
    ]
    payments = [
        {"claim": f"claim-x:{n}", "version": 2, "paid_at": NOON + timedelta(hours=hour)}
        for n, hour in enumerate(hours)
    ]
    [one] = ask({"claim_approvals": approvals, "claim_payments": payments}, "paid_within_24h")
    assert (one.numerator, one.denominator) == (2, 4)


def test_only_an_order_made_in_the_contact_converts_it() -> None:
    call = {"direction": "inbound", "outcome": "answered", "offered_at": NOON, "purpose": "order"}
    calls = [
        {"call": "call-x:1"} | call,
        {"call": "call-x:2"} | call,
        {"call": "call-x:3"} | call | {"purpose": "track"},
        {"call": "call-x:4"} | call | {"outcome": "abandoned"},
    ]
    purposes = [{"call": "call-x:3", "purpose": "price", "subject_id": "", "handled_at": NOON}]
    requests = [
        {"request": "request-x:1", "kind": "order", "call_id": "x:1", "raised_at": NOON},
        {"request": "request-x:2", "kind": "mailbox", "call_id": "x:2", "raised_at": NOON},
    ]
    facts: Facts = {"calls": calls, "call_purposes": purposes, "requests": requests}
    [one] = ask(facts, "order_conversion")
    assert (one.numerator, one.denominator) == (1, 3)
    tracking = routing(date(2024, 1, 1), '["track"]', kind="sales_purposes", name="sales_purposes")
    [ruled] = ask({**facts, "organisation_rules": [tracking]}, "order_conversion")
    assert (ruled.numerator, ruled.denominator) == (0, 1)


FREIREICH = [
    *((weeks, True) for weeks in (6, 6, 6, 7, 10, 13, 16, 22, 23)),
    *((weeks, False) for weeks in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)),
]
"""Weeks of remission of 21 patients (Freireich et al., 1963), whose median by Kaplan and Meier is 23."""


def test_the_estimate_is_that_of_the_textbook() -> None:
    watched = pl.DataFrame(FREIREICH, schema=["weeks", "is_ended"], orient="row")
    half = median_survival(ended="is_ended").of(pl.col("weeks"))
    assert watched.sample(fraction=1, shuffle=True, seed=3).select(half).item() == 23
    assert watched.with_columns(is_ended=pl.lit(value=False)).select(half).item() is None


durations = st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=9)


@given(durations)
@settings(max_examples=50, deadline=None)
def test_the_estimate_is_the_judges_whatever_the_ties(watched: list[tuple[int, bool]]) -> None:
    rows = [
        claim(n, reported_at=NOON, ended_at=NOON + timedelta(days=days) if ended else None)
        for n, (days, ended) in enumerate(watched)
    ]
    frame_of = pl.DataFrame(watched, schema={"days": pl.Int64, "is_ended": pl.Boolean}, orient="row")
    ended_or_watched_long = frame_of.with_columns(
        days=pl.when("is_ended").then("days").otherwise(pl.lit(1_000))
    )
    estimate = ended_or_watched_long.select(median_survival(ended="is_ended").of(pl.col("days")))
    judged = JUDGES["claim_cycle_days.survival"]({"claims": rows}, date(2024, 1, 1), date(2024, 2, 1))
    assert estimate.item() == judged.value
