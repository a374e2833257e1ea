"""One row per agent and day: how the day was spent."""

from datetime import date
from typing import Annotated

from projections.facts.row import OWN_ID, First, Key, Last, Row

RECORDED = "agent.day_recorded"


class AgentDay(Row, stream="agent", name="agent_days", version=1):
    """Durations in ms as the workforce tool gave them last; null where it does not tell."""

    INDEXES = (("day",),)

    agent: Annotated[str, Key()]
    day: Annotated[date, Key("day")]
    agent_id: Annotated[str | None, First(RECORDED, field=OWN_ID)]
    unit: Annotated[str | None, Last(RECORDED)]
    scheduled_ms: Annotated[int | None, Last(RECORDED)]
    paid_ms: Annotated[int | None, Last(RECORDED)]
    login_ms: Annotated[int | None, Last(RECORDED)]
    available_ms: Annotated[int | None, Last(RECORDED)]
    handling_ms: Annotated[int | None, Last(RECORDED)]
    talk_ms: Annotated[int | None, Last(RECORDED)]
