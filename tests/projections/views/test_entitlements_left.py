"""What is left is of grants that still run, and is told of nobody who was erased."""

from datetime import date

from projections.views.entitlements_left import ENTITLEMENTS_LEFT, uses_left
from tests.projections.metrics.examples import at
from tests.projections.views.clubs import differing, grant, reading, rows, visit


def test_what_a_member_has_left_and_what_is_over_next() -> None:
    asked = reading(
        entitlements=[
            grant(1, 5, 5, until="2024-06-30T15:59"),
            grant(2, 4, 1, until="2024-09-30T15:59", granted_at=at("2024-05-01T00:00")),
            grant(3, 2, 0, until="2024-12-31T15:59"),
            grant(4, 9, 0, until="2024-05-31T15:59"),
            grant(5, 1, 1, until="2024-12-31T15:59", kind="golf"),
        ],
        club_visits=[visit(1, guests=5)],
    )
    made = ENTITLEMENTS_LEFT.made(asked)
    assert made.to_dicts() == [
        {
            "customer_id": "c1",
            "member_id": "x:1",
            "kind": "lounge",
            "programme": "club",
            "unit": "east",
            "granted": 11,
            "used": 6,
            "left": 5,
            "next_ends_at": at("2024-09-30T15:59"),
            "next_left": 3,
        }
    ]
    assert (differing(ENTITLEMENTS_LEFT, asked, made), uses_left(made, date(2024, 5, 31))) == ([0], 5)


def test_a_grant_runs_up_to_its_last_moment() -> None:
    last = "2024-06-01T00:00"
    held = reading(entitlements=[grant(1, 1, 0, until=last)])
    assert [row["left"] for row in rows(ENTITLEMENTS_LEFT, held)] == [1]


def test_uses_that_no_visit_made_are_told() -> None:
    asked = reading(entitlements=[grant(1, 3, 2, until="2024-12-31T15:59")], club_visits=[visit(1, guests=0)])
    [check] = ENTITLEMENTS_LEFT.reconciliations
    assert check.differences(asked, ENTITLEMENTS_LEFT.made(asked)).rows() == [("x:1", "lounge", 2, 1)]


def test_the_erased_have_no_entitlements_listed() -> None:
    customers = [{"customer": "customer-c1", "erased_at": at("2024-05-01T00:00")}]
    asked = reading(entitlements=[grant(1, 3, 0, until="2024-12-31T15:59")], customers=customers)
    assert rows(ENTITLEMENTS_LEFT, asked) == []
