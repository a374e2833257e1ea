"""Visits and grants of a member, as rows of facts; and what a view makes of them."""

from typing import Any

import polars as pl

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


def differing(view: View, asked: ViewReading, rows: pl.DataFrame) -> list[int]:
    return [one.differences(asked, rows).height for one in view.reconciliations]
