"""One row per agent: since when, until when, and in which role, team and unit."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import OWN_ID, First, Key, Last, Row

PLACED = ("agent.joined", "agent.moved")


class Agent(Row, stream="agent", name="agents", version=1):
    """Somebody's time with the organisation; whoever comes back after leaving has not left."""

    INDEXES = (("joined_at",), ("agent_id",))

    agent: Annotated[str, Key()]
    agent_id: Annotated[str | None, First(*PLACED, "agent.left", field=OWN_ID)]
    joined_at: Annotated[datetime | None, First("agent.joined", field="occurred_at")]
    """When they first joined."""
    trainee: Annotated[bool | None, Last("agent.joined")]
    """Whether they came as a trainee, the last time that they joined."""
    role: Annotated[str | None, Last(*PLACED, present=True)]
    """The role told last."""
    team: Annotated[str | None, Last(*PLACED, present=True)]
    """The team told last."""
    unit: Annotated[str | None, Last(*PLACED, present=True)]
    """The unit told last, as an id without `unit-`."""
    left_at: Annotated[datetime | None, Last("agent.left", field="occurred_at", cleared_by=("agent.joined",))]
    """When they left; null of whoever is there, or came back."""
    left_for: Annotated[str | None, Last("agent.left", field="reason", cleared_by=("agent.joined",))]
    """Why they left, a code; null of whoever is there, and where nobody said."""
