"""Tiers of members, places of agents, links of customers, one row per telling, as the clerk writes them."""

from typing import Any

from domain.envelope import Event
from tests.projections.oracle.clerk import Clerk, Key, at, earliest, field, fields


def _telling_key(event: Event) -> Key:
    return (event.originator_id, event.originator_version)


def _tier(events: list[Event]) -> dict[str, Any]:
    told = events[0] if events else None
    words = {"enrolled": "enrolled", "tier_changed": "changed", "closed": "closed"}
    return {
        **fields(told, "customer_id", "tier"),
        **{name: field(told, name) for name in ("from_tier", "to_tier", "reason", "until")},
        "move": words[told.TOPIC.partition(".")[2]] if told else None,
        "moved_at": at(told),
    }


def _place(events: list[Event]) -> dict[str, Any]:
    told = events[0] if events else None
    return {**fields(told, "role", "team"), "moved_at": at(told)}


def _link(events: list[Event]) -> dict[str, Any]:
    linked = earliest(events, "customer.linked")
    return {
        "to": field(linked, "to"),
        "linked_at": at(linked),
        "released_at": at(earliest(events, "customer.number_released")),
    }


MEMBER_TIERS = Clerk(
    name="member_tiers",
    keys=("member", "version"),
    topics=("member.enrolled", "member.tier_changed", "member.closed"),
    key=_telling_key,
    columns=_tier,
)
AGENT_MOVES = Clerk(
    name="agent_moves",
    keys=("agent", "version"),
    topics=("agent.joined", "agent.moved"),
    key=_telling_key,
    columns=_place,
)
CUSTOMER_LINKS = Clerk(
    name="customer_links",
    keys=("customer", "version"),
    topics=("customer.linked", "customer.number_released"),
    key=_telling_key,
    columns=_link,
)
