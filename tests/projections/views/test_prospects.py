"""A prospect holds nothing of ours yet, and is contacted on a lawful basis or not at all."""

from datetime import date
from typing import Any

import pytest

from projections.views.prospects import PROSPECTS
from projections.views.reading import ViewReading
from tests.projections.metrics.examples import at
from tests.projections.views.given import NOW, remembered, rows_of

ENDS = at("2024-05-31T16:00")
STREAM = {"customer": "customer-x:1"}
REGISTERED = STREAM | {"registered_at": at("2024-05-01T00:00"), "unit": "east"}
ANY = {"version": 1, "purpose": "any", "granted": True, "changed_at": at("2024-05-02T00:00")}


def consent(version: int = 1, **columns: Any) -> dict[str, Any]:
    return STREAM | ANY | {"version": version, "basis": "opt_in"} | columns


def classed(value: str) -> dict[str, Any]:
    told = {"version": 1, "scheme": "relation", "value": value, "classified_at": at("2024-05-01T00:00")}
    return STREAM | told


def listed(**facts: Any) -> list[dict[str, Any]]:
    return rows_of(PROSPECTS, as_of=ENDS, **facts)


def kinds(**facts: Any) -> list[str]:
    return [row["kind"] for row in listed(**facts)]


def test_who_consented_and_never_registered_is_a_prospect_who_may_be_contacted() -> None:
    assert listed(consents=[consent()]) == [
        {
            "customer_id": "x:1",
            "kind": "unregistered",
            "unit": None,
            "tier": None,
            "market": None,
            "registered_at": None,
            "consent": True,
            "basis": "opt_in",
            "consented_at": at("2024-05-02T00:00"),
            "may_be_contacted": True,
            "is_contacted": False,
            "last_contacted_at": None,
            "contacts_30_days": 0,
            "last_inbound_at": None,
        }
    ]


def test_who_registered_and_holds_nothing_is_one() -> None:
    (row,) = listed(customers=[REGISTERED | {"last_contacted_at": at("2024-05-20T00:00")}])
    assert (row["kind"], row["unit"], row["may_be_contacted"]) == ("registered_only", "east", False)
    assert (row["is_contacted"], row["last_contacted_at"]) == (True, at("2024-05-20T00:00"))


SIGNED = STREAM | {"contract_id": "c", "signed_at": at("2024-05-02T00:00")}


@pytest.mark.parametrize(
    "held",
    [
        {"contracts": [SIGNED]},
        {"contracts": [SIGNED | {"ended_at": at("2024-05-03T00:00")}]},
        {"members": [{"member": "member-x:1", "customer_id": "x:1", "enrolled_at": at("2024-05-02T00:00")}]},
        {"usage_months": [STREAM | {"period_start": date(2024, 4, 1), "period_end": date(2024, 5, 1)}]},
    ],
    ids=["contract", "contract that ended", "membership", "usage"],
)
def test_who_holds_something_is_none(held: dict[str, Any]) -> None:
    assert kinds(customers=[REGISTERED], **held) == []
    assert kinds(customers=[REGISTERED], customer_classes=[classed("prospect")], **held) == ["classified"]


def test_who_is_classified_as_something_else_or_has_left_is_none() -> None:
    assert kinds(customers=[REGISTERED], customer_classes=[classed("employee")]) == []
    assert kinds(customers=[REGISTERED | {"churned_at": at("2024-05-09T00:00")}]) == []


@pytest.mark.parametrize(
    ("word", "may"),
    [
        ({"basis": None}, False),
        ({"basis": "hearsay"}, False),
        ({"granted": False}, False),
        ({"purpose": "marketing"}, True),
        ({"purpose": "survey"}, False),
    ],
    ids=str,
)
def test_contact_needs_a_yes_on_a_lawful_basis(word: dict[str, Any], may: bool) -> None:
    assert [
        row["may_be_contacted"] for row in listed(customers=[REGISTERED], consents=[consent(**word)])
    ] == [may]


def test_the_last_word_stands() -> None:
    words = [consent(), consent(2, granted=False, changed_at=at("2024-05-03T00:00"))]
    (row,) = listed(consents=words)
    assert (row["consent"], row["may_be_contacted"]) == (False, False)


def test_what_is_lawful_is_ruled_by_the_day() -> None:
    rule = {"organisation": "organisation-x", "kind": "lawful_bases", "name": "lawful_bases"} | {
        "valid_from": date(2024, 5, 1),
        "body": '["contract"]',
    }
    (row,) = listed(consents=[consent()], organisation_rules=[rule])
    assert row["may_be_contacted"] is False


def test_ranges_hold_and_reconciliations_find_what_is_wrong() -> None:
    source = remembered(customer_classes=[classed("prospect")], consents=[consent()])
    reading = ViewReading(source=source, now=NOW, as_of=ENDS)
    rows = PROSPECTS.made(reading)
    assert all(rows.select(rule.all()).item() for rule in PROSPECTS.ranges.values())
    consented, classified = PROSPECTS.reconciliations
    assert consented.differences(reading, rows).is_empty()
    assert classified.differences(reading, rows).is_empty()
    assert classified.differences(reading, rows.clear()).height == 1
    silent = ViewReading(source=remembered(customer_classes=[classed("prospect")]), now=NOW, as_of=ENDS)
    assert consented.differences(silent, rows).height == 1
