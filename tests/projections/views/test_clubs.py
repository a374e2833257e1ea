"""Visits, holders and what is left of entitlements, each counted where it belongs."""

from datetime import date
from typing import Any

from projections.views.club_participation import CLUB_PARTICIPATION, visits_this_month
from projections.views.entitlement_holders import ENTITLEMENT_HOLDERS, participation_this_month
from projections.views.entitlements_left import ENTITLEMENTS_LEFT, uses_left
from projections.views.reading import ViewReading
from projections.views.view import View
from tests.projections.metrics.examples import at
from tests.projections.views.given import NOW, remembered


def visit(version: int, when: str = "2024-05-10T02:00", **columns: Any) -> dict[str, Any]:
    """A visit of member 1 with one guest to the airport club, by entitlement, unless told otherwise."""
    return {
        "member": "member-x:1",
        "version": version,
        "partner_id": "x:airport",
        "kind": "lounge",
        "tier": "gold",
        "guests": 1,
        "settled_by": "entitlement",
        "visited_at": at(when),
    } | columns


def grant(version: int, quantity: int, used: int, *, until: str, **columns: Any) -> dict[str, Any]:
    """Uses of the lounge granted to member 1 on 1 April, unless told otherwise."""
    return {
        "member": "member-x:1",
        "version": version,
        "customer_id": "c1",
        "programme": "club",
        "unit": "east",
        "kind": "lounge",
        "quantity": quantity,
        "used": used,
        "granted_at": at("2024-04-01T02:00"),
        "until": at(until),
    } | columns


def reading(**facts: list[dict[str, Any]]) -> ViewReading:
    return ViewReading(source=remembered(**facts), now=NOW, as_of=NOW, known_at=NOW)


def rows(view: View, asked: ViewReading) -> list[dict[str, Any]]:
    return view.made(asked).to_dicts()


def differing(view: View, asked: ViewReading, rows: Any) -> list[int]:
    return [one.differences(asked, rows).height for one in view.reconciliations]


AIRPORT = {"partner": "partner-x:airport", "kind": "club", "brand": "Airport club"}


def test_a_month_of_a_club() -> None:
    visits = [
        visit(1),
        visit(2, settled_by="paid", guests=0, settlement_amount=30),
        visit(3, settled_by="points", member="member-x:2", guests=-1),
        visit(4, "2024-05-31T16:00"),
    ]
    asked = reading(club_visits=visits, partners=[AIRPORT])
    found = rows(CLUB_PARTICIPATION, asked)
    assert found[0] == {
        "month": date(2024, 5, 1),
        "partner_id": "x:airport",
        "kind": "lounge",
        "tier": "gold",
        "brand": "Airport club",
        "visits": 3,
        "members": 2,
        "guests": 1,
        "settled_by_entitlement": 1,
        "settled_by_points": 1,
        "settled_by_payment": 1,
        "settlement_amount": 30,
    }
    assert [row["month"].month for row in found] == [5, 6]


def test_visits_are_those_of_the_metric_and_a_difference_is_told() -> None:
    asked = reading(club_visits=[visit(1), visit(2, "2024-04-30T15:59"), visit(3, partner_id=None)])
    made = CLUB_PARTICIPATION.made(asked)
    assert (differing(CLUB_PARTICIPATION, asked, made), made.height) == ([0], 3)
    assert differing(CLUB_PARTICIPATION, asked, made.head(1)) == [2]
    assert visits_this_month(made, date(2024, 5, 31)) == 2


def test_holders_visitors_and_what_became_of_what_was_granted() -> None:
    asked = reading(
        entitlements=[
            grant(1, 4, 2, until="2024-12-31T15:59"),
            grant(2, 3, 1, until="2024-05-01T15:59", member="member-x:2"),
        ],
        club_visits=[visit(1), visit(2, "2024-04-10T02:00", member="member-x:2", guests=0)],
    )
    made = ENTITLEMENT_HOLDERS.made(asked)
    assert made.rows() == [
        (date(2024, 4, 1), "club", "lounge", 2, 1, 0.5, 7, 3, 2, 3 / 7),
        (date(2024, 5, 1), "club", "lounge", 2, 1, 0.5, 0, 0, 0, None),
        (date(2024, 6, 1), "club", "lounge", 1, 0, 0.0, 0, 0, 0, None),
    ]
    assert differing(ENTITLEMENT_HOLDERS, asked, made) == [0, 0, 0, 0]
    assert differing(ENTITLEMENT_HOLDERS, asked, made.head(1)) == [1, 2, 0, 0]
    assert participation_this_month(made, date(2024, 5, 31)) == 0.5


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
