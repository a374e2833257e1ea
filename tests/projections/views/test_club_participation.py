"""Visits are counted by club and month, with what settled them."""

from datetime import date

from projections.views.club_participation import CLUB_PARTICIPATION, visits_this_month
from tests.projections.views.clubs import differing, reading, rows, visit

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
        "member_tier": None,
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
