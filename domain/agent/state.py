"""What an agent has become: the state, and how every event of the stream changes it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from domain.agent.events import AgentDayRecorded, AgentJoined, AgentLeft, AgentMoved
from domain.envelope import Event


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides what may happen next to an agent; a later recording of a day replaces."""

    joined: AgentJoined | None = None
    role: str | None = None
    team: str | None = None
    unit: str | None = None
    left_at: datetime | None = None
    days: dict[date, AgentDayRecorded] = {}

    @property
    def is_here(self) -> bool:
        """Whether the agent joined and has not left since."""
        return self.joined is not None and self.left_at is None


def evolve(agent: Agent, event: Event) -> Agent:
    """Change the state by any event; those that decide nothing leave it as it is."""
    change = CHANGES.get(type(event))
    return change(agent, event) if change else agent


def _joined(agent: Agent, event: AgentJoined) -> Agent:
    return replace(
        agent, joined=event, role=event.role, team=event.team, unit=event.unit or agent.unit, left_at=None
    )


def _moved(agent: Agent, event: AgentMoved) -> Agent:
    return replace(
        agent,
        role=event.role or agent.role,
        team=event.team or agent.team,
        unit=event.unit or agent.unit,
    )


def _left(agent: Agent, event: AgentLeft) -> Agent:
    return replace(agent, left_at=event.occurred_at)


def _day_recorded(agent: Agent, event: AgentDayRecorded) -> Agent:
    return replace(agent, days={**agent.days, event.day: event})


CHANGES: dict[type[Event], Callable[[Agent, Any], Agent]] = {
    AgentJoined: _joined,
    AgentMoved: _moved,
    AgentLeft: _left,
    AgentDayRecorded: _day_recorded,
}
