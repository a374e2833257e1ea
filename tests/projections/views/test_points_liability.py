"""Vintages add up, are worth what their programme says, and say what falls due when."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from domain.organisation.events import OrganisationConfigured
from projections.views.expiring_points import EXPIRING_POINTS
from projections.views.points_liability import POINTS_LIABILITY
from projections.views.reading import ViewReading
from projections.views.view import View
from tests.examples import rule
from tests.projections.metrics.examples import at, frame
from tests.projections.metrics.memory import Memory
from tests.projections.views.given import NOW
from tests.projections.views.points_told import configured

CLUB = rule("programme", "club", '{"point_value":0.01}')
NEW_YORK = rule("programme", "club", '{"point_value":0.01,"zone":"America/New_York"}')
ZERO = Decimal(0)
END = at("2024-05-10T16:00")
"""The end of 10 May in Shanghai."""


def lot(number: int | str, earned: int, *, when: str = "2024-02-10T02:00", **columns: Any) -> dict[str, Any]:
    """A lot of member 1 of which nothing is gone, unless told otherwise."""
    sides = dict.fromkeys(("reversed", "drawn", "refunded", "expired"), ZERO)
    return {
        "member": "member-x:1",
        "lot_id": str(number),
        "customer_id": "c1",
        "programme": "club",
        "tier": "gold",
        "opened_at": at(when),
        "earned_at": at(when),
        "earned": Decimal(earned),
        "balance": Decimal(earned),
        **sides,
    } | columns


def reading(
    *lots: dict[str, Any], programme: OrganisationConfigured = CLUB, end: datetime = END, **facts: Any
) -> ViewReading:
    told = {name: frame(name, rows) for name, rows in {"member_lots": lots, **facts}.items()}
    source = Memory({**told, "organisation_rules": configured(programme)})
    return ViewReading(source=source, now=NOW, as_of=end, known_at=end)


def rows(view: View, asked: ViewReading) -> list[dict[str, Any]]:
    return view.made(asked).to_dicts()


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


SOON = at("2024-05-20T04:00")


def test_whose_points_expire_and_which_next() -> None:
    asked = reading(
        lot(1, 8, expires_at=SOON, unit="east"),
        lot(2, 5, expires_at=at("2024-05-20T09:00"), available_at=at("2024-05-12T00:00")),
        lot(3, 50, expires_at=at("2024-07-30T00:00")),
        lot(4, 100),
        lot("overdraft", 0, balance=Decimal(-3), drawn=Decimal(3)),
    )
    assert rows(EXPIRING_POINTS, asked) == [
        {
            "customer_id": "c1",
            "member_id": "x:1",
            "programme": "club",
            "unit": "east",
            "expiring_30_days": Decimal(13),
            "expiring_60_days": Decimal(13),
            "expiring_90_days": Decimal(63),
            "pending": Decimal(5),
            "value": Decimal("0.63"),
            "next_due_at": at("2024-05-20T15:59:59.999999"),
            "next_expires_on": date(2024, 5, 20),
            "next_points": Decimal(13),
        }
    ]


def test_a_member_whose_points_do_not_expire_soon_is_not_listed() -> None:
    asked = reading(
        lot(1, 8),
        lot(2, 5, expires_at=at("2025-01-01T00:00")),
        lot(3, 5, expires_at=at("2024-05-01T00:00")),
    )
    assert rows(EXPIRING_POINTS, asked) == []


def test_points_that_can_be_spent_only_after_they_expire_fall_due_with_the_day_on_which_they_can() -> None:
    late = lot(1, 8, expires_at=at("2024-05-01T00:00"), available_at=at("2024-05-20T01:00"))
    [row] = rows(EXPIRING_POINTS, reading(late))
    assert (row["pending"], row["next_expires_on"]) == (8, date(2024, 5, 20))


def test_linked_pseudonyms_are_listed_under_one_name_and_the_erased_under_none() -> None:
    links = [
        {"customer": "customer-c1", "version": 1, "to": "customer-c0", "linked_at": at("2024-01-01T00:00")}
    ]
    customers = [{"customer": "customer-c2", "erased_at": at("2024-05-01T00:00")}]
    asked = reading(
        lot(1, 8, expires_at=SOON),
        lot(2, 8, expires_at=SOON, customer_id="c2", member="member-x:2"),
        lot(3, 8, expires_at=SOON, customer_id=None, member="member-x:3"),
        customer_links=links,
        customers=customers,
    )
    found = EXPIRING_POINTS.made(asked)
    assert sorted(found.select("member_id", "customer_id").rows()) == [("x:1", "c0"), ("x:3", None)]
    [agrees] = EXPIRING_POINTS.reconciliations
    assert agrees.differences(asked, found).is_empty()


def test_members_and_vintages_that_differ_are_told_by_programme() -> None:
    asked = reading(lot(1, 8, expires_at=SOON))
    found = EXPIRING_POINTS.made(asked)
    [agrees] = EXPIRING_POINTS.reconciliations
    doubled = found.vstack(found.with_columns(member_id=pl.lit("x:2")))
    [row] = agrees.differences(asked, doubled).to_dicts()
    assert (row["programme"], row["expiring_30_days"], row["expiring_30_days_vintages"]) == ("club", 16, 8)
