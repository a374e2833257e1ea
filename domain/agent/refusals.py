"""Every way in which a command on an agent is refused."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.errors import DomainError


@dataclass(kw_only=True)
class AgentNotHere(DomainError):
    """Only an agent who joined and has not left is moved or coached."""

    originator_id: str


@dataclass(kw_only=True)
class AgentJoinedOtherwise(DomainError):
    """The agent is here already, in another role or team."""

    originator_id: str
    role: str
    team: str


@dataclass(kw_only=True)
class NothingToMove(DomainError):
    """A move names another role, team or unit."""

    originator_id: str


@dataclass(kw_only=True)
class DayAfterLeaving(DomainError):
    """No day is recorded after the agent left."""

    originator_id: str
    day: date
    left_at: datetime
