"""Whose points fall due soon, which of them next, and who is not listed."""

from datetime import date
from decimal import Decimal

import polars as pl

from projections.views.expiring_points import EXPIRING_POINTS
from tests.projections.metrics.examples import at
from tests.projections.views.lots_left import lot, reading, rows

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
