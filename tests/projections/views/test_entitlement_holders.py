"""Holders are those who could come in a month, visitors those of them who did."""

from datetime import date

from projections.views.entitlement_holders import ENTITLEMENT_HOLDERS, participation_this_month
from tests.projections.views.clubs import differing, grant, reading, visit


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
