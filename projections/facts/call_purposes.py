"""One row per purpose that a call was handled for; a call may have several."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row


class CallPurpose(Row, stream="call", name="call_purposes", version=1):
    """A purpose, with its subject where one is named ('' where not)."""

    INDEXES = (("handled_at",),)

    call: Annotated[str, Key()]
    purpose: Annotated[str, Key("purpose")]
    """What the call was handled for, a code; a call may have several."""
    subject_id: Annotated[str, Key("subject_id")]
    """What it was about, a whole stream id; '' where nothing is named."""
    handled_at: Annotated[datetime | None, First("call.handled_for", field="occurred_at")]
    """When it was first handled for this."""
    unit: Annotated[str | None, First("call.handled_for")]
    agent_id: Annotated[str | None, First("call.handled_for")]
    customer_id: Annotated[str | None, First("call.handled_for")]
