"""A request stands where its last step left it, and is late once its time has passed undone."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from projections.views.reading import ViewReading
from projections.views.request_progress import REQUEST_PROGRESS
from tests.projections.metrics.examples import at
from tests.projections.views.given import remembered, rows_of

ENDS = at("2024-05-31T16:00")
RAISED, DUE = at("2024-05-20T02:00"), at("2024-05-22T02:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def request(number: int = 1, **columns: Any) -> dict[str, Any]:
    """A line fault, raised on 20 May and due two days later."""
    told = {"request": f"request-x:{number}", "kind": "line_fault", "unit": "east"}
    return told | {"raised_at": RAISED, "due_at": DUE} | columns


def fulfilled(when: datetime, **columns: Any) -> dict[str, Any]:
    return {"outcome": "fulfilled", "outcome_at": when, "fulfilled_at": when} | columns


def cancelled(when: datetime) -> dict[str, Any]:
    return {"outcome": "cancelled", "outcome_at": when, "cancelled_at": when, "cancelled_for": "moved"}


def only(as_of: datetime = ENDS, **columns: Any) -> dict[str, Any]:
    (row,) = rows_of(REQUEST_PROGRESS, as_of=as_of, requests=[request(**columns)])
    return row


def test_a_whole_row() -> None:
    handed: dict[str, Any] = {"handed_over_to": "crew", "handed_over_at": RAISED + HOUR, "handovers": 1}
    owner = {"organisation": "o", "kind": "process_owner", "name": "line_fault", "body": '"desk:network"'}
    row = request(**handed, channel="hotline", customer_id="c1", tier="gold", amount=Decimal(5))
    rules = [owner | {"valid_from": date(2024, 1, 1)}]
    assert rows_of(REQUEST_PROGRESS, as_of=DUE, requests=[row], organisation_rules=rules) == [
        {
            "request": "request-x:1",
            "stage": "handed_over",
            "is_open": True,
            "kind": "line_fault",
            "channel": "hotline",
            "unit": "east",
            "with_unit": "crew",
            "customer_id": "c1",
            "tier": "gold",
            "process_owner": "desk:network",
            "raised_at": RAISED,
            "due_at": DUE,
            "until": None,
            "is_late": False,
            "handed_over_at": RAISED + HOUR,
            "handovers": 1,
            "returned_at": None,
            "returned_for": None,
            "returns": 0,
            "outcome_at": None,
            "cancelled_for": None,
            "amount": Decimal(5),
            "fulfilled_amount": None,
        }
    ]


@pytest.mark.parametrize(
    ("handed", "returned", "stage", "with_unit"),
    [
        (None, None, "raised", None),
        (1, None, "handed_over", "crew"),
        (1, 2, "returned", None),
        (3, 2, "handed_over", "crew"),
        (None, 2, "returned", None),
    ],
)
def test_an_open_request_is_with_whoever_got_it_last(
    handed: int | None, returned: int | None, stage: str, with_unit: str | None
) -> None:
    steps: dict[str, Any] = {
        "handed_over_to": handed and "crew",
        "handed_over_at": handed and RAISED + handed * HOUR,
        "returned_at": returned and RAISED + returned * HOUR,
    }
    row = only(**steps)
    assert (row["stage"], row["with_unit"], row["is_open"]) == (stage, with_unit, True)


def test_an_outcome_ends_it_whoever_had_it() -> None:
    done = {"handed_over_to": "crew", "handed_over_at": RAISED, **fulfilled(DUE)}
    assert [only(**done)[name] for name in ("stage", "with_unit", "is_open")] == ["fulfilled", None, False]
    assert only(**cancelled(DUE))["cancelled_for"] == "moved"


@pytest.mark.parametrize(
    ("columns", "late"),
    [
        ({}, True),
        ({"due_at": None}, None),
        ({"due_at": ENDS}, False),
        (fulfilled(DUE), False),
        (fulfilled(DUE + HOUR), True),
        (cancelled(DUE - HOUR), False),
        (cancelled(DUE), True),
    ],
)
def test_late_is_what_was_due_and_neither_done_nor_given_up(
    columns: dict[str, Any], late: bool | None
) -> None:
    assert only(**columns)["is_late"] is late


def test_what_ended_stays_for_thirty_days_and_what_was_never_raised_is_not_listed() -> None:
    first = ENDS - 30 * DAY
    given = [
        request(1, **fulfilled(first)),
        request(2, **fulfilled(first - HOUR)),
        request(3, raised_at=None),
    ]
    listed = rows_of(REQUEST_PROGRESS, as_of=ENDS, requests=given)
    assert [row["request"] for row in listed] == ["request-x:1"]


def test_as_many_are_late_as_the_metric_says() -> None:
    given = [
        request(1),
        request(2, **fulfilled(DUE)),
        request(3, **fulfilled(DUE + DAY)),
        request(4, unit=None, **cancelled(DUE + DAY)),
        request(5, **cancelled(DUE - HOUR)),
        request(6, due_at=None),
    ]
    (check,) = REQUEST_PROGRESS.reconciliations
    reading = ViewReading(source=remembered(requests=given), now=ENDS, as_of=ENDS, known_at=ENDS)
    made = REQUEST_PROGRESS.made(reading)
    assert check.differences(reading, made).is_empty()
    assert sorted(check.differences(reading, made.clear())["counted"]) == [1, 2]
