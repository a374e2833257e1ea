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
    """The local day in the organisation's zone."""
    agent_id: Annotated[str | None, First(RECORDED, field=OWN_ID)]
    unit: Annotated[str | None, Last(RECORDED)]
    scheduled_ms: Annotated[int | None, Last(RECORDED)]
    """Time on the roster, in milliseconds; null where there is none."""
    paid_ms: Annotated[int | None, Last(RECORDED)]
    """Time paid, in milliseconds."""
    login_ms: Annotated[int | None, Last(RECORDED)]
    """Time logged in, in milliseconds."""
    available_ms: Annotated[int | None, Last(RECORDED)]
    """Time logged in and ready for a contact, in milliseconds."""
    handling_ms: Annotated[int | None, Last(RECORDED)]
    """Time spent on contacts, in milliseconds."""
    talk_ms: Annotated[int | None, Last(RECORDED)]
    """Time spent talking, in milliseconds."""
