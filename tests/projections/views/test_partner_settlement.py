"""Partners are owed for redemptions and visits, month by month, and graded as they were then."""

from datetime import date
from decimal import Decimal
from typing import Any

from projections.views.partner_settlement import PARTNER_SETTLEMENT, owed_this_month
from projections.views.reading import ViewReading
from tests.projections.metrics.examples import at
from tests.projections.views.given import remembered

END = at("2024-05-31T16:00")


def partner(name: str, **columns: Any) -> dict[str, Any]:
    return {
        "partner": f"partner-x:{name}",
        "kind": "club",
        "brand": name.title(),
        "onboarded_at": at("2024-01-01T00:00"),
    } | columns


def grade(version: int, code: str, when: str, *marks: int) -> dict[str, Any]:
    named = dict(zip(("quality", "price", "cooperation", "satisfaction"), map(Decimal, marks), strict=False))
    return {
        "partner": "partner-x:spa",
        "version": version,
        "grade": code,
        "graded_at": at(when),
        "last_position": version,
        **named,
    }


def inspection(version: int, points: int) -> dict[str, Any]:
    return {
        "inspected_partner": "partner-x:spa",
        "version": version,
        "partner_id": "x:spa",
        "points": Decimal(points),
        "out_of": Decimal(100),
        "inspected_at": at("2024-05-04T00:00"),
    }


def redemption(number: int, when: str, owed: str | None, **columns: Any) -> dict[str, Any]:
    return {
        "member": "member-x:1",
        "redemption_id": f"r{number}",
        "partner_id": "x:spa",
        "points": Decimal(100),
        "settlement_amount": None if owed is None else Decimal(owed),
        "redeemed_at": at(when),
    } | columns


def visit(version: int, owed: str) -> dict[str, Any]:
    return {
        "member": "member-x:1",
        "version": version,
        "partner_id": "x:spa",
        "guests": 2,
        "settlement_amount": Decimal(owed),
        "visited_at": at("2024-05-10T02:00"),
    }


def reading(**facts: list[dict[str, Any]]) -> ViewReading:
    return ViewReading(source=remembered(**facts), now=END, as_of=END, known_at=END)


def test_a_month_of_a_partner() -> None:
    asked = reading(
        partners=[partner("spa", grade="double_high"), partner("gone", removed_at=at("2024-02-01T00:00"))],
        partner_grades=[
            grade(1, "double_excellent", "2024-04-30T15:59", 9, 8, 5, 4),
            grade(2, "double_high", "2024-05-31T15:00", 5, 4, 9, 8),
        ],
        partner_inspections=[inspection(1, 80), inspection(2, 91)],
        point_redemptions=[
            redemption(1, "2024-05-10T02:00", "8.5"),
            redemption(2, "2024-05-11T02:00", None),
            redemption(3, "2024-04-10T02:00", "3"),
        ],
        club_visits=[visit(1, "20")],
    )
    made = PARTNER_SETTLEMENT.made(asked)
    april, may = made.to_dicts()
    assert may == {
        "month": date(2024, 5, 1),
        "partner_id": "x:spa",
        "partner_kind": "club",
        "brand": "Spa",
        "grade": "double_high",
        "quality": Decimal(5),
        "price": Decimal(4),
        "cooperation": Decimal(9),
        "satisfaction": Decimal(8),
        "inspections": 2,
        "inspection_score": 0.855,
        "redemptions": 2,
        "points": Decimal(200),
        "visits": 1,
        "guests": 2,
        "redemption_settlement": Decimal("8.5"),
        "visit_settlement": Decimal(20),
        "owed": Decimal("28.5"),
    }
    named = ("month", "grade", "quality", "inspections", "inspection_score", "owed")
    assert [april[name] for name in named] == [date(2024, 4, 1), "double_excellent", 9, 0, None, 3]
    assert [one.differences(asked, made).height for one in PARTNER_SETTLEMENT.reconciliations] == [0, 0]
    assert owed_this_month(made, date(2024, 5, 31)) == 28.5


def test_every_partner_that_is_there_has_the_day_s_month_and_nothing_owed() -> None:
    [only] = PARTNER_SETTLEMENT.made(reading(partners=[partner("spa")])).to_dicts()
    assert (only["month"], only["owed"], only["visits"], only["grade"]) == (date(2024, 5, 1), 0, 0, None)


def test_what_is_owed_to_nobody_named_is_not_lost() -> None:
    asked = reading(
        point_redemptions=[
            redemption(1, "2024-05-10T02:00", "8.5", partner_id=None),
            redemption(2, "2024-05-10T02:00", None, partner_id=None),
        ]
    )
    made = PARTNER_SETTLEMENT.made(asked)
    assert made.select("partner_id", "redemptions", "owed").rows() == [(None, 1, Decimal("8.5"))]
    assert [one.differences(asked, made).height for one in PARTNER_SETTLEMENT.reconciliations] == [0, 0]


def test_amounts_and_grades_that_differ_are_told() -> None:
    asked = reading(
        partners=[partner("spa", grade="double_high")],
        point_redemptions=[redemption(1, "2024-05-10T02:00", "8.5")],
    )
    made = PARTNER_SETTLEMENT.made(asked)
    nothing = made.with_columns(owed=0)
    found = [one.differences(asked, nothing).rows() for one in PARTNER_SETTLEMENT.reconciliations]
    assert found == [[(date(2024, 5, 1), "x:spa", 0.0, 8.5)], [("x:spa", None, "double_high")]]
