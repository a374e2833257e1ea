"""Agents, their days and coachings, as the clerk writes them."""

from typing import Any

from domain.envelope import Event, short_id
from tests.projections.oracle.clerk import Clerk, Key, at, earliest, field, fields, latest, only

DURATIONS = ("scheduled_ms", "paid_ms", "login_ms", "available_ms", "handling_ms", "talk_ms")


def _agent_key(event: Event) -> Key:
    return (event.originator_id,)


def _telling_key(event: Event) -> Key:
    return (event.originator_id, event.originator_version)


def _day_key(event: Event) -> Key:
    return (event.originator_id, field(event, "day"))


def _who(events: list[Event]) -> str | None:
    return short_id(events[0].originator_id) if events else None


def _as_it_stands(events: list[Event], name: str) -> Any:
    placings = only(events, "agent.joined", "agent.moved")
    return next((field(one, name) for one in reversed(placings) if field(one, name) is not None), None)


def _agent(events: list[Event]) -> dict[str, Any]:
    comings = only(events, "agent.joined", "agent.left")
    left = comings[-1] if comings and comings[-1].TOPIC == "agent.left" else None
    return {
        "agent_id": _who(events),
        "joined_at": at(earliest(events, "agent.joined")),
        "trainee": field(latest(events, "agent.joined"), "trainee"),
        **{name: _as_it_stands(events, name) for name in ("role", "team", "unit")},
        "left_at": at(left),
        "left_for": field(left, "reason"),
    }


def _day(events: list[Event]) -> dict[str, Any]:
    return {
        "agent_id": _who(events),
        **fields(latest(events, "agent.day_recorded"), "unit", *DURATIONS),
    }


def _coaching(events: list[Event]) -> dict[str, Any]:
    coached = earliest(events, "agent.coached")
    return {"agent_id": _who(events), **fields(coached, "unit", "reason"), "coached_at": at(coached)}


AGENTS = Clerk(
    name="agents",
    keys=("agent",),
    topics=("agent.joined", "agent.moved", "agent.left"),
    key=_agent_key,
    columns=_agent,
)
AGENT_DAYS = Clerk(
    name="agent_days",
    keys=("agent", "day"),
    topics=("agent.day_recorded",),
    key=_day_key,
    columns=_day,
)
AGENT_COACHINGS = Clerk(
    name="agent_coachings",
    keys=("agent", "version"),
    topics=("agent.coached",),
    key=_telling_key,
    columns=_coaching,
)
