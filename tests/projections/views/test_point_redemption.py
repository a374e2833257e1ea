"""Redemptions are counted in the month in which they were made, with what came back of them since."""

from datetime import date
from decimal import Decimal
from typing import Any

from projections.views.point_redemption import POINT_REDEMPTION, points_this_month
from projections.views.reading import ViewReading
from projections.views.view import View
from tests.projections.metrics.examples import at
from tests.projections.views.given import NOW, remembered, rows_of


def redemption(number: int, when: str = "2024-05-10T02:00", **columns: Any) -> dict[str, Any]:
    """A redemption of 100 points of member 1 at merchant m, unless told otherwise."""
    return {
        "member": "member-x:1",
        "redemption_id": f"r{number}",
        "points": Decimal(100),
        "venue": "merchant",
        "partner_id": "x:m",
        "programme": "club",
        "tier": "gold",
        "redeemed_at": at(when),
    } | columns


def member(number: int, first: str | None = None) -> dict[str, Any]:
    return {"member": f"member-x:{number}", "first_redeemed_at": at(first) if first else None}


MERCHANT = {"partner": "partner-x:m", "kind": "merchant", "brand": "Tea"}


def told(*redemptions: dict[str, Any], members: tuple[dict[str, Any], ...] = ()) -> list[dict[str, Any]]:
    return rows_of(POINT_REDEMPTION, point_redemptions=redemptions, members=members, partners=[MERCHANT])


def test_a_month_of_a_merchant() -> None:
    first = redemption(1, settlement_amount=Decimal("8.5"), refunded=Decimal(40))
    rows = told(first, redemption(2, "2024-05-11T02:00"), members=(member(1, "2024-05-10T02:00"),))
    assert rows == [
        {
            "month": date(2024, 5, 1),
            "programme": "club",
            "tier": "gold",
            "member_tier": None,
            "venue": "merchant",
            "partner_id": "x:m",
            "partner_kind": "merchant",
            "brand": "Tea",
            "redemptions": 2,
            "members": 1,
            "first_redeemers": 1,
            "points": Decimal(200),
            "refunds": 1,
            "refunded_points": Decimal(40),
            "net_points": Decimal(160),
            "settlement_amount": Decimal("8.5"),
        }
    ]


def test_a_month_is_that_of_the_organisation_s_zone() -> None:
    rows = told(redemption(1, "2024-04-30T15:59"), redemption(2, "2024-04-30T16:00"))
    assert [row["month"] for row in rows] == [date(2024, 4, 1), date(2024, 5, 1)]


def test_who_redeems_first_is_counted_once_where_it_was() -> None:
    two_at_once = (redemption(1, venue="club"), redemption(2, venue="gift"))
    rows = told(*two_at_once, redemption(3, venue="top_up"), members=(member(1, "2024-05-10T02:00"),))
    assert [(row["venue"], row["first_redeemers"]) for row in rows] == [
        ("club", 1),
        ("gift", 0),
        ("top_up", 0),
    ]


def test_who_redeemed_long_ago_is_no_first_redeemer() -> None:
    [only] = told(redemption(1), members=(member(1, "2020-05-10T02:00"),))
    assert only["first_redeemers"] == 0


def test_the_tier_is_what_the_source_said_and_what_the_membership_had_then() -> None:
    enrolled = {"move": "enrolled", "tier": "silver", "moved_at": at("2024-01-01T00:00")}
    changed = {"move": "changed", "to_tier": "gold", "moved_at": at("2024-05-10T02:00")}
    closed = {"move": "closed", "moved_at": at("2024-05-20T00:00")}
    moves = [
        {"member": "member-x:1", "version": version} | move
        for version, move in enumerate((enrolled, changed, closed), start=1)
    ]
    told = (
        redemption(1, "2024-05-10T01:59"),
        redemption(2, "2024-05-10T02:00", tier=None),
        redemption(3, "2024-05-21T00:00"),
    )
    rows = rows_of(POINT_REDEMPTION, point_redemptions=told, member_tiers=moves)
    tiers = [(row["tier"], row["member_tier"], row["redemptions"]) for row in rows]
    assert sorted(tiers, key=str) == [("gold", "silver", 1), ("gold", None, 1), (None, "gold", 1)]


def test_what_was_refunded_and_never_redeemed_is_no_redemption() -> None:
    assert told(redemption(1, points=None, refunded=Decimal(5))) == []


def test_months_older_than_two_years_are_left_out() -> None:
    rows = told(redemption(1, "2022-05-31T15:59"), redemption(2, "2022-05-31T16:00"))
    assert [row["month"] for row in rows] == [date(2022, 6, 1)]


def test_the_points_are_those_of_the_metric_and_a_difference_is_told() -> None:
    source = remembered(
        point_redemptions=[redemption(1), redemption(2, partner_id=None), redemption(3, "2024-04-02T00:00")]
    )
    reading = ViewReading(source=source, now=NOW, as_of=NOW, known_at=NOW)
    rows = POINT_REDEMPTION.made(reading)
    assert differences(POINT_REDEMPTION, reading, rows) == []
    assert differences(POINT_REDEMPTION, reading, rows.head(1)) == [
        (date(2024, 5, 1), None, 0.0, 100.0),
        (date(2024, 5, 1), "x:m", 0.0, 100.0),
    ]


def test_the_figure_is_what_the_month_came_to_so_far() -> None:
    source = remembered(point_redemptions=[redemption(1), redemption(2, "2024-04-02T00:00")])
    rows = POINT_REDEMPTION.rows(source, now=NOW)
    assert [points_this_month(rows, date(2024, month, 9)) for month in (3, 4, 5)] == [0.0, 100.0, 100.0]


def differences(view: View, reading: ViewReading, rows: Any) -> list[tuple[Any, ...]]:
    return [row for one in view.reconciliations for row in one.differences(reading, rows).rows()]
