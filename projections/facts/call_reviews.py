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
    score: Annotated[Decimal | None, First(REVIEWED)]
    out_of: Annotated[Decimal | None, First(REVIEWED)]
    critical_error: Annotated[bool | None, First(REVIEWED)]
    agent_id: Annotated[str | None, First(REVIEWED)]
    unit: Annotated[str | None, First(REVIEWED)]
    customer_id: Annotated[str | None, First(REVIEWED)]
    campaign_id: Annotated[str | None, First(REVIEWED)]
    tier: Annotated[str | None, First(REVIEWED)]
    reviewed_at: Annotated[datetime | None, First(REVIEWED, field="occurred_at")]
