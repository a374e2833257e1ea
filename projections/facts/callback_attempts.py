"""One row per attempt to call a customer back."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row

ATTEMPTED = "callback.attempted"


class CallbackAttempt(Row, stream="callback", name="callback_attempts", version=1):
    """Who called and whether the customer was reached."""

    INDEXES = (("attempted_at",),)

    callback: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    reached: Annotated[bool | None, First(ATTEMPTED)]
    """Whether the customer was reached."""
    agent_id: Annotated[str | None, First(ATTEMPTED)]
    unit: Annotated[str | None, First(ATTEMPTED)]
    customer_id: Annotated[str | None, First(ATTEMPTED)]
    campaign_id: Annotated[str | None, First(ATTEMPTED)]
    tier: Annotated[str | None, First(ATTEMPTED)]
    attempted_at: Annotated[datetime | None, First(ATTEMPTED, field="occurred_at")]
    """When somebody called."""
