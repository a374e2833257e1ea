"""Sensitive is who has not complained and gave a sign; the reasons say which, and what was done since."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from projections.views.reading import ViewReading
from projections.views.sensitive_customers import SENSITIVE_CUSTOMERS
from tests.projections.metrics.examples import at, call, complaint
from tests.projections.views.given import NOW, remembered, rows_of

ENDS = at("2024-05-31T16:00")
RECENT = at("2024-05-20T02:00")
HERE = {"customer": "customer-x:1", "registered_at": at("2023-01-01T00:00"), "unit": "east"}
CLASSED = {"customer": "customer-x:1", "version": 1, "scheme": "sensitivity"} | {
    "classified_at": at("2024-01-01T00:00")
}
CONTACTED = {"last_contacted_at": RECENT + timedelta(hours=1)}


def mine(number: int = 1, **columns: Any) -> dict[str, Any]:
    """A call of theirs on 20 May."""
    return call(number, customer_id="x:1", offered_at=RECENT) | columns


def listed(*, customer: Any = HERE, **facts: Any) -> list[dict[str, Any]]:
    return rows_of(SENSITIVE_CUSTOMERS, as_of=ENDS, customers=[customer], **facts)


def reasons(**facts: Any) -> list[str]:
    return [row["reasons"] for row in listed(**facts)]


def test_without_a_sign_nobody_is_listed() -> None:
    assert listed(calls=[mine()]) == []


def test_a_class_alone_is_a_reason_unless_it_says_the_opposite() -> None:
    (row,) = listed(customer_classes=[CLASSED | {"value": "sensitive"}])
    assert (row["customer_id"], row["unit"], row["sensitivity"]) == ("x:1", "east", "sensitive")
    assert (row["reasons"], row["signals"], row["is_acted_on"]) == ("class", 1, None)
    assert listed(customer_classes=[CLASSED | {"value": "normal"}]) == []


def test_every_sign_is_told_in_its_order_with_the_last_of_them() -> None:
    pressed = mine(1, resolved=False, key_pressed_at=RECENT, rated_at=RECENT + timedelta(minutes=9))
    entry = {"customer": "customer-x:1", "version": 1, "dissatisfied_at": RECENT}
    (row,) = listed(
        calls=[pressed | {"rating_score": Decimal(1), "rating_scale": 5}],
        dissatisfactions=[entry],
        customer_classes=[CLASSED | {"value": "sensitive"}],
    )
    assert row["reasons"] == "class,low_rating,complaint_key,unresolved_call,dissatisfied"
    assert (row["low_ratings"], row["key_presses"], row["unresolved_calls"]) == (1, 1, 1)
    assert row["last_signal_at"] == RECENT + timedelta(minutes=9)


@pytest.mark.parametrize(
    ("purposes", "found"),
    [
        (["bill", "bill", "bill"], [("repeated_contacts", "bill", 3)]),
        (["bill", "bill", "move"], []),
        ([None, None, None], []),
    ],
)
def test_three_calls_on_one_matter_are_a_sign(purposes: list[str | None], found: list[Any]) -> None:
    calls = [mine(number, purpose=purpose) for number, purpose in enumerate(purposes)]
    rows = listed(calls=calls)
    assert [(row["reasons"], row["repeated_matter"], row["repeated_calls"]) for row in rows] == found


def test_a_subject_that_calls_were_handled_for_is_a_matter_too() -> None:
    handled = {"purpose": "claim", "subject_id": "claim-x:1", "customer_id": "x:1", "handled_at": RECENT}
    (row,) = listed(
        calls=[mine(number) for number in range(3)],
        call_purposes=[handled | {"call": f"call-x:{number}"} for number in range(3)],
    )
    assert row["repeated_matter"] == "claim-x:1"


@pytest.mark.parametrize(("days_ago", "found"), [(89, ["unresolved_call"]), (90, [])])
def test_a_sign_is_seen_for_ninety_local_days(days_ago: int, found: list[str]) -> None:
    offered = at("2024-05-30T16:00") - timedelta(days=days_ago)
    assert reasons(calls=[mine(resolved=False, offered_at=offered)]) == found


@pytest.mark.parametrize(
    ("filed", "found"),
    [
        ({"filed_at": at("2024-05-01T00:00"), "closed_at": at("2024-05-02T00:00")}, []),
        ({"filed_at": at("2022-05-01T00:00"), "closed_at": at("2022-05-02T00:00")}, ["complaint_key"]),
        ({"filed_at": at("2022-05-01T00:00")}, []),
    ],
)
def test_who_has_complained_is_not_latent(filed: dict[str, Any], found: list[str]) -> None:
    told = complaint(1, customer_id="x:1", **filed)
    assert reasons(calls=[mine(key_pressed_at=RECENT)], complaints=[told]) == found


def test_who_has_left_is_not_listed() -> None:
    gone = HERE | {"churned_at": at("2024-05-25T00:00")}
    assert listed(customer=gone, calls=[mine(key_pressed_at=RECENT)]) == []


def test_what_was_done_since_the_last_sign_counts() -> None:
    calls = [mine(key_pressed_at=RECENT)]
    (row,) = listed(customer=HERE | CONTACTED, calls=calls)
    assert (row["is_acted_on"], row["last_contacted_at"]) == (True, CONTACTED["last_contacted_at"])
    (row,) = listed(customer=HERE | {"last_contacted_at": RECENT - timedelta(hours=1)}, calls=calls)
    assert row["is_acted_on"] is False


def test_ranges_hold_and_reconciliations_find_what_is_wrong() -> None:
    source = remembered(customers=[HERE], calls=[mine(key_pressed_at=RECENT)])
    reading = ViewReading(source=source, now=NOW, as_of=ENDS)
    rows = SENSITIVE_CUSTOMERS.made(reading)
    assert all(rows.select(rule.all()).item() for rule in SENSITIVE_CUSTOMERS.ranges.values())
    nobody, everybody = SENSITIVE_CUSTOMERS.reconciliations
    assert nobody.differences(reading, rows).is_empty()
    assert everybody.differences(reading, rows).is_empty()
    assert everybody.differences(reading, rows.clear())["customer_id"].to_list() == ["x:1"]
    told = remembered(complaints=[complaint(1, customer_id="x:1", filed_at=RECENT)])
    assert nobody.differences(ViewReading(source=told, now=NOW, as_of=ENDS), rows).height == 1
