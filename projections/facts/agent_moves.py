"""One row per change of an agent's role or team, so that any moment can be asked for both."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row

PLACED = ("agent.joined", "agent.moved")


class AgentMove(Row, stream="agent", name="agent_moves", version=1):
    """Role and team from `moved_at` on; what is null stays as it was."""

    agent: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    role: Annotated[str | None, First(*PLACED)]
    """The role from then on; null: as before."""
    team: Annotated[str | None, First(*PLACED)]
    """The team from then on; null: as before."""
    moved_at: Annotated[datetime | None, First(*PLACED, field="occurred_at")]
    """When the agent joined, or moved."""
