"""One row per thing that a callback brought to light."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row

FOUND = "callback.found"


class CallbackFinding(Row, stream="callback", name="callback_findings", version=1):
    """What was found, by whom and about whom."""

    INDEXES = (("found_at",),)

    callback: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    finding: Annotated[str | None, First(FOUND)]
    """What was found, a code."""
    agent_id: Annotated[str | None, First(FOUND)]
    unit: Annotated[str | None, First(FOUND)]
    customer_id: Annotated[str | None, First(FOUND)]
    campaign_id: Annotated[str | None, First(FOUND)]
    tier: Annotated[str | None, First(FOUND)]
    found_at: Annotated[datetime | None, First(FOUND, field="occurred_at")]
    """When it was found."""
