"""Vintages add up, are worth what their programme says, and say what falls due when."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.organisation.events import OrganisationConfigured
from projections.views.points_liability import POINTS_LIABILITY
from tests.projections.metrics.examples import at
from tests.projections.views.lots_left import CLUB, END, NEW_YORK, lot, reading, rows


def test_a_vintage_of_all_kinds_of_lots() -> None:
    gone: dict[str, Any] = {
        "drawn": Decimal(30),
        "refunded": Decimal(10),
        "expired": Decimal(5),
        "reversed": Decimal(2),
    }
    asked = reading(
        lot(1, 100, balance=Decimal(73), **gone, drawn_in_3_months=Decimal(30)),
        lot(2, 10, expires_at=at("2024-06-09T04:00")),
        lot(3, 20, available_at=at("2024-05-11T04:00"), expires_at=at("2024-07-09T04:00")),
        lot(4, 7, expires_at=at("2024-05-09T04:00")),
        lot("overdraft", 0, drawn=Decimal(4), balance=Decimal(-4), earned_at=None),
    )
    assert rows(POINTS_LIABILITY, asked) == [
        {
            "month": date(2024, 2, 1),
            "programme": "club",
            "tier": "gold",
            "lots": 4,
            "earned": Decimal(137),
            "reversed": Decimal(2),
            "drawn": Decimal(34),
            "refunded": Decimal(10),
            "expired": Decimal(5),
            "balance": Decimal(106),
            "overdrawn": Decimal(4),
            "pending": Decimal(20),
            "lapsed": Decimal(7),
            "expiring_30_days": Decimal(10),
            "expiring_60_days": Decimal(30),
            "expiring_90_days": Decimal(30),
            "value": Decimal("1.06"),
            "estimated_ultimate": Decimal(20),
            "estimated_breakage": Decimal(115),
            "estimated_breakage_rate": 115 / 135,
        }
    ]


@pytest.mark.parametrize(
    ("expires_at", "programme", "within"),
    [
        # 10 May + 30 days is 9 June; the day ends in Shanghai at 16:00 UTC.
        ("2024-06-09T00:00", CLUB, 30),
        ("2024-06-09T15:59", CLUB, 30),
        ("2024-06-09T16:00", CLUB, 60),
        ("2024-07-09T15:59", CLUB, 60),
        ("2024-07-09T16:00", CLUB, 90),
        ("2024-08-08T15:59", CLUB, 90),
        ("2024-08-08T16:00", CLUB, None),
        # In New York 8 June ends at 04:00 UTC of the 9th, 9 June at 04:00 of the 10th.
        ("2024-06-09T03:59", NEW_YORK, 30),
        ("2024-06-09T04:00", NEW_YORK, 60),
    ],
)
def test_points_fall_due_at_the_end_of_a_day_in_the_programme_s_zone(
    expires_at: str, programme: OrganisationConfigured, within: int | None
) -> None:
    asked = reading(lot(1, 8, expires_at=at(expires_at)), programme=programme)
    [row] = rows(POINTS_LIABILITY, asked)
    found = [days for days in (30, 60, 90) if row[f"expiring_{days}_days"]]
    assert found == [days for days in (30, 60, 90) if within is not None and days >= within]


def test_what_falls_due_with_the_day_itself_has_lapsed_at_its_end_and_not_before() -> None:
    due = lot(1, 8, expires_at=at("2024-05-10T00:00"))
    assert rows(POINTS_LIABILITY, reading(due))[0]["lapsed"] == 8
    before = reading(due, end=END - timedelta(microseconds=1))
    assert [rows(POINTS_LIABILITY, before)[0][name] for name in ("lapsed", "expiring_30_days")] == [0, 8]


def test_what_came_back_of_a_young_lot_is_no_redemption_below_zero() -> None:
    young = lot(1, 100, drawn=Decimal(30), refunded=Decimal(10), balance=Decimal(80))
    [row] = rows(POINTS_LIABILITY, reading(young))
    assert (row["estimated_ultimate"], row["estimated_breakage_rate"]) == (0, 1.0)


def test_a_programme_without_a_value_gives_none() -> None:
    assert rows(POINTS_LIABILITY, reading(lot(1, 8, programme="other")))[0]["value"] is None


def test_vintages_agree_with_the_metrics_and_differences_are_told() -> None:
    spent = {"points_earned": Decimal(18)}
    asked = reading(
        lot(1, 8), lot(2, 10, when="2024-01-10T02:00"), members=[{"member": "member-x:1", **spent}]
    )
    made = POINTS_LIABILITY.made(asked)
    assert [one.differences(asked, made).rows() for one in POINTS_LIABILITY.reconciliations] == [[]] * 5
    fewer = made.filter(month=date(2024, 1, 1))
    found = {one.name: one.differences(asked, fewer).rows() for one in POINTS_LIABILITY.reconciliations[:3]}
    assert found == {
        "points_outstanding": [(date(2024, 2, 1), 0.0, 8.0)],
        "points_earned": [(date(2024, 2, 1), 0.0, 8.0)],
        "value_outstanding": [(date(2024, 2, 1), 0.0, 0.08)],
    }


def test_a_lot_that_does_not_add_up_is_told() -> None:
    members = [{"member": "member-x:1", "points_earned": Decimal(8)}]
    asked = reading(lot(1, 8, balance=Decimal("8.0001")), members=members)
    [proof] = [one for one in POINTS_LIABILITY.reconciliations if one.name == "ledger_proof"]
    assert proof.differences(asked, POINTS_LIABILITY.made(asked)).rows() == [
        ("member-x:1", "1", "lots_add_up", Decimal(8), Decimal("8.0001"))
    ]
