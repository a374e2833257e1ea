"""The stream `agent`: its events, state, rules and decisions."""

from domain.agent.events import (
    AgentCoached,
    AgentDayRecorded,
    AgentJoined,
    AgentLeft,
    AgentMoved,
)

__all__ = [
    "AgentCoached",
    "AgentDayRecorded",
    "AgentJoined",
    "AgentLeft",
    "AgentMoved",
]
