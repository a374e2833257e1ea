"""What may be asked of one agent: the commands of the stream `agent`."""

from datetime import date
from typing import ClassVar

from domain.agent.events import (
    AgentCoached,
    AgentDayRecorded,
    AgentJoined,
    AgentLeft,
    AgentMoved,
)
from domain.envelope import Event
from domain.telling import Command


class JoinAgent(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = AgentJoined

    role: str
    team: str
    trainee: bool


class MoveAgent(Command, frozen=True, kw_only=True):
    """Give the agent another role, team or `unit`; what is None stays."""

    EVENT: ClassVar[type[Event]] = AgentMoved

    role: str | None = None
    team: str | None = None


class CoachAgent(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = AgentCoached

    reason: str


class LeaveAgent(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = AgentLeft

    reason: str | None = None


class RecordAgentDay(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = AgentDayRecorded

    day: date
    scheduled_ms: int | None = None
    paid_ms: int | None = None
    login_ms: int
    available_ms: int | None = None
    handling_ms: int | None = None
    talk_ms: int | None = None
