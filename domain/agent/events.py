"""What can happen to one agent: the events of the stream `agent`."""

from datetime import date
from typing import ClassVar

from domain.envelope import Event


class AgentJoined(Event, frozen=True, kw_only=True):
    """A person started in a role and a team, as a trainee or not."""

    TOPIC: ClassVar[str] = "agent.joined"

    role: str
    team: str
    trainee: bool


class AgentMoved(Event, frozen=True, kw_only=True):
    """The agent has another role, another team, or both; what is null stays."""

    TOPIC: ClassVar[str] = "agent.moved"

    role: str | None = None
    team: str | None = None


class AgentCoached(Event, frozen=True, kw_only=True):
    """The agent was coached."""

    TOPIC: ClassVar[str] = "agent.coached"

    reason: str


class AgentLeft(Event, frozen=True, kw_only=True):
    """The agent is gone."""

    TOPIC: ClassVar[str] = "agent.left"

    reason: str | None = None


class AgentDayRecorded(Event, frozen=True, kw_only=True):
    """How an agent's day in the organisation's zone was spent; a later recording of the day replaces it."""

    TOPIC: ClassVar[str] = "agent.day_recorded"

    day: date
    scheduled_ms: int | None = None
    paid_ms: int | None = None
    login_ms: int
    available_ms: int | None = None
    handling_ms: int | None = None
    talk_ms: int | None = None
