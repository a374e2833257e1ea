"""One row per coaching of an agent."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import OWN_ID, First, Key, Row

COACHED = "agent.coached"


class AgentCoaching(Row, stream="agent", name="agent_coachings", version=1):
    """Who was coached, why and when."""

    INDEXES = (("coached_at",),)

    agent: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    agent_id: Annotated[str | None, First(COACHED, field=OWN_ID)]
    unit: Annotated[str | None, First(COACHED)]
    reason: Annotated[str | None, First(COACHED)]
    """Why, a code."""
    coached_at: Annotated[datetime | None, First(COACHED, field="occurred_at")]
    """When the coaching took place."""
