"""One row per quality review of a call: what the agent reviewed was scored, and for what."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import First, Key, Row

REVIEWED = "call.reviewed"


class CallReview(Row, stream="call", name="call_reviews", version=1):
    """A score out of a best one; `agent_id` is the agent reviewed."""

    INDEXES = (("reviewed_at",),)

    call: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    kind: Annotated[str | None, First(REVIEWED)]
    """What was reviewed: talk, or entry (what was written down of it)."""
    score: Annotated[Decimal | None, First(REVIEWED)]
    out_of: Annotated[Decimal | None, First(REVIEWED)]
    """The best score there is."""
    critical_error: Annotated[bool | None, First(REVIEWED)]
    """Whether a critical error was found; null where the source does not say."""
    agent_id: Annotated[str | None, First(REVIEWED)]
    """The agent reviewed, as an id without `agent-`."""
    unit: Annotated[str | None, First(REVIEWED)]
    customer_id: Annotated[str | None, First(REVIEWED)]
    campaign_id: Annotated[str | None, First(REVIEWED)]
    tier: Annotated[str | None, First(REVIEWED)]
    reviewed_at: Annotated[datetime | None, First(REVIEWED, field="occurred_at")]
    """When it was reviewed."""
