"""Partners and their grades, as the clerk writes them."""

from typing import Any

from domain.envelope import Event
from tests.projections.oracle.clerk import Clerk, Key, at, earliest, field, fields, latest

MARKS = ("grade", "quality", "price", "cooperation", "satisfaction")


def _partner(events: list[Event]) -> dict[str, Any]:
    onboarded, graded = latest(events, "partner.onboarded"), latest(events, "partner.graded")
    left = latest(events, "partner.onboarded", "partner.removed")
    removed = left if left is not None and left.TOPIC == "partner.removed" else None
    return {
        **fields(onboarded, "kind", "brand", "unit"),
        "onboarded_at": at(earliest(events, "partner.onboarded")),
        **fields(graded, *MARKS),
        "graded_at": at(graded),
        "removed_at": at(removed),
        "removed_for": field(removed, "reason"),
    }


def _grade(events: list[Event]) -> dict[str, Any]:
    graded = earliest(events, "partner.graded")
    return {**fields(graded, *MARKS, "unit"), "graded_at": at(graded)}


def _partner_key(event: Event) -> Key:
    return (event.originator_id,)


def _grade_key(event: Event) -> Key:
    return event.originator_id, event.originator_version


PARTNERS = Clerk(
    name="partners",
    keys=("partner",),
    topics=("partner.onboarded", "partner.graded", "partner.removed"),
    key=_partner_key,
    columns=_partner,
)
PARTNER_GRADES = Clerk(
    name="partner_grades",
    keys=("partner", "version"),
    topics=("partner.graded",),
    key=_grade_key,
    columns=_grade,
)
