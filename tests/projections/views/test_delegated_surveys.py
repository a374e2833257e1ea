"""Delegations are listed while something is left to do, with who owes what to whom."""

from datetime import date
from decimal import Decimal
from typing import Any

from projections.views.delegated_surveys import DELEGATED_SURVEYS, unlike_completeness
from projections.views.delegation_fees import DELEGATION_FEES, unlike_the_list
from projections.views.reading import ViewReading
from tests.projections.metrics.examples import at
from tests.projections.views.given import NOW, remembered, rows_of

EVENING = at("2024-03-31T16:00")
OURS = [
    {"unit": f"unit-{name}", "version": 1, "moved_at": at("2020-01-01T00:00")} for name in ("east", "west")
]


def delegation(number: int, **columns: Any) -> dict[str, Any]:
    """Received on the first from another province, due on the tenth, for 200 yuan."""
    return {
        "claim": f"claim-x:{number}",
        "delegation_id": "d",
        "kind": "survey",
        "relation": "inter_branch",
        "from_unit": "elsewhere",
        "to_unit": "east",
        "delegated_at": at("2024-03-01T01:00"),
        "due_at": at("2024-03-10T01:00"),
        "fee_due": Decimal(200),
    } | columns


def done(number: int, day: str = "2024-03-09", **columns: Any) -> dict[str, Any]:
    finished = {"completed_at": at(f"{day}T02:00"), "documents_complete": True}
    return delegation(number, **(finished | columns))


def listed(*rows: dict[str, Any], as_of: str = "2024-03-31T16:00") -> list[dict[str, Any]]:
    return rows_of(DELEGATED_SURVEYS, as_of=at(as_of), claim_delegations=rows, unit_moves=OURS)


def test_what_is_not_done_is_overdue_from_its_due_moment_on() -> None:
    assert [row["is_overdue"] for row in listed(delegation(1), as_of="2024-03-10T01:00")] == [False]
    (late,) = listed(delegation(1), as_of="2024-03-10T01:01")
    assert (late["is_overdue"], late["was_late"], late["papers_missing"]) == (True, None, None)


def test_direction_and_counterpart_go_by_whose_the_units_are() -> None:
    rows = listed(
        delegation(1),
        delegation(2, from_unit="west", to_unit="elsewhere"),
        delegation(3, from_unit="west", to_unit="east"),
        delegation(4, from_unit="there", to_unit="elsewhere"),
    )
    assert [(row["direction"], row["counterpart"]) for row in rows] == [
        ("received", "elsewhere"),
        ("sent", "elsewhere"),
        ("intra_province", "east"),
        (None, "there"),
    ]


def test_done_late_with_papers_missing_is_said() -> None:
    (row,) = listed(done(1, "2024-03-12", documents_complete=False))
    assert (row["is_overdue"], row["was_late"], row["papers_missing"]) == (False, True, True)
    assert (row["fee_due"], row["fee_open"]) == (200, 200)


def test_what_is_done_and_settled_is_listed_for_ninety_days() -> None:
    settled = {"settled_amount": Decimal(150), "settled_at": at("2024-03-20T00:00")}
    (row,) = listed(done(1, **settled))
    assert row["fee_open"] == 50
    assert listed(done(1, **settled), as_of="2024-06-17T16:00")
    assert not listed(done(1, **settled), as_of="2024-06-17T16:01")


def test_an_unsettled_fee_stays_listed_and_no_fee_does_not() -> None:
    rows = [done(1), done(2, fee_due=None)]
    assert [row["claim"] for row in listed(*rows, as_of="2025-01-01T00:00")] == ["claim-x:1"]


def test_fees_are_added_up_by_counterpart_and_month() -> None:
    settled = {"settled_amount": Decimal(150), "settled_at": at("2024-03-20T00:00")}
    rows = [
        done(1, **settled),
        done(2),
        done(3, fee_due=None),
        done(4, "2024-02-29"),
        done(5, "2023-03-31"),
        delegation(6),
    ]
    found = rows_of(DELEGATION_FEES, as_of=EVENING, claim_delegations=rows, unit_moves=OURS)
    assert [(row["month"], row["done"], row["without_fee"], row["settled"]) for row in found] == [
        (date(2024, 2, 1), 1, 0, 0),
        (date(2024, 3, 1), 3, 1, 1),
    ]
    assert [(row["fees_due"], row["fees_settled"], row["fees_open"]) for row in found] == [
        (200, 0, 200),
        (400, 150, 250),
    ]


def test_both_agree_with_the_metric_and_with_each_other() -> None:
    rows = [
        done(1),
        done(2, from_unit="west", to_unit="away"),
        delegation(3),
        done(4, documents_complete=None),
    ]
    source = remembered(claim_delegations=rows, unit_moves=OURS)
    reading = ViewReading(source=source, now=NOW, as_of=EVENING, known_at=EVENING)
    made = DELEGATED_SURVEYS.made(reading)
    assert unlike_completeness(reading, made).is_empty()
    assert unlike_completeness(reading, made.head(1)).to_dicts() == [
        {"direction": "sent", "in_view": 0.0, "in_metric": 1.0}
    ]
    fees = DELEGATION_FEES.made(reading)
    assert unlike_the_list(reading, fees).is_empty()
    assert unlike_the_list(reading, fees.with_columns(fees_due=fees["fees_due"] * 0)).height == 2
