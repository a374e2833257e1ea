"""The register holds everybody who said so to be dissatisfied, whose it is, and what came of it."""

from datetime import date
from typing import Any

import pytest

from projections.views.dissatisfied_customers import DISSATISFIED_CUSTOMERS
from projections.views.reading import ViewReading
from tests.projections.metrics.examples import at
from tests.projections.views.given import NOW, remembered, rows_of

ENDS = at("2024-05-31T16:00")
OWNERS = [
    {"rule": f"organisation-x:{day}", "kind": "process_owner", "name": "billing", "valid_from": day}
    | {"body": f'"desk:{unit}"'}
    for day, unit in ((date(2024, 1, 1), "old"), (date(2024, 5, 2), "new"))
]


def entry(version: int = 1, **columns: Any) -> dict[str, Any]:
    """On 1 May in Shanghai somebody was not satisfied with a bill."""
    return {
        "customer": "customer-x:1",
        "version": version,
        "process": "billing",
        "reason": "charges",
        "dissatisfied_at": at("2024-05-01T15:00"),
    } | columns


def rating(version: int, moment: str, *, satisfied: bool, **columns: Any) -> dict[str, Any]:
    told = {"customer": "customer-x:1", "version": version, "process": "billing", "rated_at": at(moment)}
    return told | {"satisfied": satisfied} | columns


REPAIRED: Any = {"repaired_at": at("2024-05-03T00:00"), "repaired_how": "refund"}


def register(**facts: Any) -> list[dict[str, Any]]:
    return rows_of(DISSATISFIED_CUSTOMERS, as_of=ENDS, **facts)


def test_an_entry_says_what_it_was_and_whose_it_was_that_day() -> None:
    assert register(dissatisfactions=[entry(unit="east")], organisation_rules=OWNERS) == [
        {
            "customer_id": "x:1",
            "entry": "x:1#1",
            "is_entered": True,
            "dissatisfied_at": at("2024-05-01T15:00"),
            "process": "billing",
            "owner": "desk:old",
            "reason": "charges",
            "rating_id": None,
            "subject_id": None,
            "unit": "east",
            "agent_id": None,
            "tier": None,
            "status": "open",
            "repaired_at": None,
            "repaired_how": None,
            "rated_again_at": None,
            "rated_again_satisfied": None,
        }
    ]


def test_the_owner_is_that_of_the_local_day() -> None:
    (row,) = register(
        dissatisfactions=[entry(dissatisfied_at=at("2024-05-01T16:00"))], organisation_rules=OWNERS
    )
    assert row["owner"] == "desk:new"


@pytest.mark.parametrize(
    ("ratings", "status"),
    [
        ([], "repaired"),
        ([rating(5, "2024-05-02T00:00", satisfied=True)], "repaired"),
        ([rating(5, "2024-05-04T00:00", satisfied=True)], "confirmed"),
        ([rating(5, "2024-05-04T00:00", satisfied=True, process="store")], "repaired"),
    ],
)
def test_a_repair_is_confirmed_by_who_rates_again(ratings: list[dict[str, Any]], status: str) -> None:
    (row,) = register(dissatisfactions=[entry(**REPAIRED)], customer_ratings=ratings)
    assert row["status"] == status


def test_a_repair_that_is_rated_badly_again_has_failed_and_is_entered_by_nobody_yet() -> None:
    again = rating(5, "2024-05-04T00:00", satisfied=False)
    rows = register(dissatisfactions=[entry(**REPAIRED)], customer_ratings=[again])
    assert [(row["entry"], row["status"], row["is_entered"]) for row in rows] == [
        ("x:1#1", "failed", True),
        ("x:1#5", "open", False),
    ]


@pytest.mark.parametrize(
    ("entered", "entries"),
    [
        ({}, 1),
        ({"process": "store", "rating_id": "r"}, 1),
        ({"process": "store"}, 2),
        ({"dissatisfied_at": at("2024-04-29T00:00")}, 2),
    ],
)
def test_a_rating_that_was_entered_is_one_entry(entered: dict[str, Any], entries: int) -> None:
    said = rating(5, "2024-04-30T00:00", satisfied=False, rating_id="r")
    assert len(register(dissatisfactions=[entry(**entered)], customer_ratings=[said])) == entries


def test_a_satisfied_rating_is_no_entry() -> None:
    assert register(customer_ratings=[rating(1, "2024-05-04T00:00", satisfied=True)]) == []


def test_linked_pseudonyms_rate_for_one_person() -> None:
    link = {"customer": "customer-x:2", "version": 9, "to": "x:1", "linked_at": at("2024-02-01T00:00")}
    good = rating(5, "2024-05-04T00:00", satisfied=True, customer="customer-x:2")
    (row,) = register(dissatisfactions=[entry(**REPAIRED)], customer_ratings=[good], customer_links=[link])
    assert (row["customer_id"], row["status"]) == ("x:1", "confirmed")


def test_whoever_is_erased_is_not_listed() -> None:
    erased = {"customer": "customer-x:1", "erased_at": at("2024-05-20T00:00")}
    assert register(dissatisfactions=[entry()], customers=[erased]) == []


def test_after_365_days_nothing_is_shown() -> None:
    assert register(dissatisfactions=[entry(dissatisfied_at=at("2023-06-01T15:59"))]) == []
    assert len(register(dissatisfactions=[entry(dissatisfied_at=at("2023-06-01T16:00"))])) == 1


def test_ranges_hold_and_reconciliations_find_what_is_missing() -> None:
    source = remembered(
        dissatisfactions=[entry(**REPAIRED)],
        customer_ratings=[rating(5, "2024-05-04T00:00", satisfied=False)],
    )
    reading = ViewReading(source=source, now=NOW, as_of=ENDS)
    rows = DISSATISFIED_CUSTOMERS.made(reading)
    assert all(rows.select(rule.all()).item() for rule in DISSATISFIED_CUSTOMERS.ranges.values())
    for check in DISSATISFIED_CUSTOMERS.reconciliations:
        assert check.differences(reading, rows).is_empty()
        assert check.differences(reading, rows.clear()).height == 1
