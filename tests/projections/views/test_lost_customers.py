"""Whoever was lost is looked at before they left, and held against those who stayed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from projections.views.lost_against_stayed import LOST_AGAINST_STAYED
from projections.views.lost_customers import LOST_CUSTOMERS
from projections.views.reading import ViewReading
from projections.views.view import View
from tests.projections.metrics.examples import at, call, complaint
from tests.projections.views.given import NOW, remembered, rows_of

ENDS = at("2024-05-31T16:00")
LEFT = at("2024-05-10T02:00")
MIDDLE = at("2024-04-16T16:00")
"""Where the windows of those who stayed end: 45 local days before the end of 31 May."""


def customer(number: int, **columns: Any) -> dict[str, Any]:
    told = {"customer": f"customer-x:{number}", "registered_at": at("2023-01-01T00:00"), "unit": "east"}
    return told | columns


def gone(number: int, **columns: Any) -> dict[str, Any]:
    return customer(number, churned_at=LEFT, churn_reason="price") | columns


def churn(number: int, **columns: Any) -> dict[str, Any]:
    return {"customer": f"customer-x:{number}", "version": 9, "churned_at": LEFT} | columns


def before(days: int, number: int = 1, **columns: Any) -> dict[str, Any]:
    """A call of the lost customer so many days before they left."""
    return call(number, customer_id="x:1", offered_at=LEFT - timedelta(days=days)) | columns


def lost(**facts: Any) -> list[dict[str, Any]]:
    return rows_of(LOST_CUSTOMERS, as_of=ENDS, **facts)


def counted(row: dict[str, Any]) -> dict[str, int]:
    """What happened before they left."""
    return {name: value for name, value in row.items() if name.endswith("_before") and value}


def test_who_left_is_shown_with_what_they_left_with() -> None:
    given = {"customer": "customer-x:1", "version": 1, "scheme": "value", "value": "high"}
    (row,) = lost(
        customers=[gone(1)],
        churns=[churn(1, to_competitor=True)],
        customer_classes=[given | {"classified_at": at("2024-01-01T00:00")}],
    )
    assert (row["customer_id"], row["churned_at"], row["churn_reason"]) == ("x:1", LEFT, "price")
    assert (row["to_competitor"], row["unit"], row["value_class"]) == (True, "east", "high")
    assert counted(row) == {}


@pytest.mark.parametrize(
    ("ago", "windows"),
    [
        (timedelta(0), []),
        (timedelta(days=30), [30, 60, 90]),
        (timedelta(days=30, seconds=1), [60, 90]),
        (timedelta(days=90), [90]),
        (timedelta(days=91), []),
    ],
)
def test_windows_end_when_they_left(ago: timedelta, windows: list[int]) -> None:
    (row,) = lost(customers=[gone(1)], calls=[before(0, offered_at=LEFT - ago)])
    assert counted(row) == {f"calls_{days}_days_before": 1 for days in windows}


def test_every_signal_is_counted_for_itself() -> None:
    moment = LEFT - timedelta(days=70)
    own = {"customer": "customer-x:1"}
    (row,) = lost(
        customers=[gone(1)],
        calls=[
            before(70, 1, resolved=False),
            before(70, 2, direction="outbound", rating_score=Decimal(1), rating_scale=5),
        ],
        complaints=[complaint(1, customer_id="x:1", filed_at=moment)],
        customer_ratings=[own | {"version": 1, "rated_at": moment, "satisfied": False}],
        contacts=[
            own | {"version": number, "contacted_at": moment, "channel": channel}
            for number, channel in enumerate(("phone", "callback"))
        ],
        callback_attempts=[
            {"callback": "callback-x:1", "version": 1, "customer_id": "x:1", "attempted_at": moment}
        ],
        retention_actions=[own | {"version": 1, "taken_at": moment}],
    )
    assert counted(row) == {
        "calls_90_days_before": 1,
        "unresolved_calls_90_days_before": 1,
        "complaints_90_days_before": 1,
        "low_ratings_90_days_before": 2,
        "contacts_90_days_before": 2,
        "retention_actions_90_days_before": 1,
    }


def test_who_left_before_or_is_back_is_not_lost() -> None:
    assert lost(customers=[gone(1, churned_at=at("2024-03-02T15:59"))]) == []
    assert len(lost(customers=[gone(1, churned_at=at("2024-03-02T16:00"))])) == 1
    assert lost(customers=[customer(1)], churns=[churn(1, won_back_at=at("2024-05-20T00:00"))]) == []


def compared(signal: str, days: int, **facts: Any) -> dict[str, Any]:
    rows = rows_of(LOST_AGAINST_STAYED, as_of=ENDS, **facts)
    assert len(rows) == 15
    (row,) = [row for row in rows if (row["signal"], row["days"]) == (signal, days)]
    return row


def test_the_lost_are_held_against_those_who_stayed() -> None:
    stayed = [
        call(number, customer_id="x:2", offered_at=MIDDLE - timedelta(days=number)) for number in (10, 20, 40)
    ]
    row = compared(
        "calls",
        30,
        customers=[gone(1), customer(2), customer(3), customer(4, registered_at=MIDDLE)],
        calls=[before(5), *stayed],
    )
    assert row == {
        "signal": "calls",
        "days": 30,
        "lost": 1,
        "lost_times": 1,
        "lost_persons": 1,
        "lost_mean": 1.0,
        "lost_share": 1.0,
        "stayed": 2,
        "stayed_times": 2,
        "stayed_persons": 1,
        "stayed_mean": 1.0,
        "stayed_share": 0.5,
        "times_as_likely": 2.0,
    }


def test_of_nobody_there_is_no_share() -> None:
    row = compared("complaints", 90, customers=[customer(2)])
    assert (row["lost"], row["lost_share"], row["stayed_share"], row["times_as_likely"]) == (
        0,
        None,
        0.0,
        None,
    )


@pytest.mark.parametrize("view", [LOST_CUSTOMERS, LOST_AGAINST_STAYED], ids=lambda view: str(view.name))
def test_ranges_hold_and_reconciliations_agree(view: View) -> None:
    source = remembered(
        customers=[gone(1), customer(2)],
        churns=[churn(1)],
        complaints=[complaint(1, customer_id="x:2", filed_at=MIDDLE - timedelta(days=3))],
    )
    reading = ViewReading(source=source, now=NOW, as_of=ENDS)
    rows = view.made(reading)
    assert all(rows.select(rule.all()).item() for rule in view.ranges.values())
    for check in view.reconciliations:
        assert check.differences(reading, rows).is_empty()


def test_reconciliations_find_what_is_missing() -> None:
    source = remembered(
        customers=[gone(1), customer(2)],
        churns=[churn(1)],
        complaints=[complaint(1, customer_id="x:2", filed_at=MIDDLE - timedelta(days=3))],
    )
    reading = ViewReading(source=source, now=NOW, as_of=ENDS)
    (leavings,) = LOST_CUSTOMERS.reconciliations
    nobody = LOST_CUSTOMERS.made(reading).clear()
    assert leavings.differences(reading, nobody)["customer_id"].to_list() == ["x:1"]
    (complaints,) = LOST_AGAINST_STAYED.reconciliations
    silent = LOST_AGAINST_STAYED.made(reading).with_columns(stayed_times=0)
    assert complaints.differences(reading, silent).height == 1
