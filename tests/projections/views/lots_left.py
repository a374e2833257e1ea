"""Lots of a member with what is left of them, as rows of facts; and what a view makes of them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.organisation.events import OrganisationConfigured
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
