"""Memberships, as the clerk writes them."""

from decimal import Decimal
from typing import Any

from domain.envelope import Event
from tests.projections.oracle.clerk import Clerk, Key, at, count, earliest, field, fields, latest, only

TOPICS = (
    "member.enrolled",
    "member.points_earned",
    "member.points_redeemed",
    "member.points_drawn",
    "member.points_expired",
    "member.points_reversed",
    "member.points_refunded",
    "member.tier_changed",
    "member.tier_extended",
    "member.entitled",
    "member.club_visited",
    "member.closed",
)


def _points(events: list[Event], topic: str) -> Decimal | None:
    told = only(events, topic)
    return sum((field(event, "points") for event in told), Decimal(0)) if told else None


def _member(events: list[Event]) -> dict[str, Any]:
    enrolled = earliest(events, "member.enrolled")
    moved = latest(events, "member.tier_changed")
    ended = latest(events, "member.enrolled", "member.closed")
    closed = ended if ended is not None and ended.TOPIC == "member.closed" else None
    granted = [field(event, "quantity") for event in only(events, "member.entitled")]
    happened = ("earned", "reversed", "redeemed", "refunded", "expired", "drawn")
    return {
        **fields(enrolled, "programme", "customer_id", "unit", "source", "campaign_id"),
        "enrolled_tier": field(enrolled, "tier"),
        "enrolled_at": at(enrolled),
        "moved_to": field(moved, "to_tier"),
        "moved_for": field(moved, "reason"),
        "moved_at": at(moved),
        "tier_moves": count(events, "member.tier_changed"),
        "tier_until": field(latest(events, "member.tier_changed", "member.tier_extended"), "until"),
        **{f"points_{what}": _points(events, f"member.points_{what}") for what in happened},
        "redemptions": count(events, "member.points_redeemed"),
        "first_redeemed_at": at(earliest(events, "member.points_redeemed")),
        "last_redeemed_at": at(latest(events, "member.points_redeemed")),
        "entitlements": sum(granted) if granted else None,
        "club_visits": count(events, "member.club_visited"),
        "closed_at": at(closed),
    }


def _member_key(event: Event) -> Key:
    return (event.originator_id,)


MEMBERS = Clerk(name="members", keys=("member",), topics=TOPICS, key=_member_key, columns=_member)
