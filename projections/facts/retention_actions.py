"""One row per action taken to keep a customer."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row

TAKEN = "customer.retention_action_taken"


class RetentionAction(Row, stream="customer", name="retention_actions", version=1):
    """What was done, and what came of it."""

    INDEXES = (("taken_at",),)

    customer: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    kind: Annotated[str | None, First(TAKEN)]
    """What was done, a code."""
    outcome: Annotated[str | None, First(TAKEN)]
    """What came of it, a code; null where nobody said."""
    campaign_id: Annotated[str | None, First(TAKEN)]
    unit: Annotated[str | None, First(TAKEN)]
    agent_id: Annotated[str | None, First(TAKEN)]
    tier: Annotated[str | None, First(TAKEN)]
    taken_at: Annotated[datetime | None, First(TAKEN, field="occurred_at")]
    """When it was done."""
