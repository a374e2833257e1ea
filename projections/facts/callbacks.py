"""One row per callback: when it was due, whether somebody called, and what the customer said."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import First, Key, Last, Row, Sum


class Callback(Row, stream="callback", name="callbacks", version=1):
    """A callback from its scheduling to its answer, suppression, expiry or cancelling."""

    INDEXES = (("due_at",), ("customer_id", "scheduled_at"), ("last_position",))

    callback: Annotated[str, Key()]
    purpose: Annotated[str | None, First("callback.scheduled")]
    subject_id: Annotated[str | None, First("callback.scheduled")]
    customer_id: Annotated[str | None, First("callback.scheduled")]
    unit: Annotated[str | None, First("callback.scheduled")]
    campaign_id: Annotated[str | None, First("callback.scheduled")]
    tier: Annotated[str | None, First("callback.scheduled")]
    source: Annotated[str | None, First("callback.scheduled")]
    due_at: Annotated[datetime | None, Last("callback.scheduled")]
    scheduled_at: Annotated[datetime | None, First("callback.scheduled", field="occurred_at")]
    suppressed_at: Annotated[datetime | None, First("callback.suppressed", field="occurred_at")]
    suppressed_for: Annotated[str | None, First("callback.suppressed", field="reason")]
    attempts: Annotated[int | None, Sum({"callback.attempted": 1})]
    first_attempted_at: Annotated[datetime | None, First("callback.attempted", field="occurred_at")]
    agent_id: Annotated[str | None, Last("callback.attempted")]
    reached: Annotated[bool | None, Last("callback.attempted")]
    answered_at: Annotated[datetime | None, First("callback.answered", field="occurred_at")]
    satisfied: Annotated[bool | None, First("callback.answered")]
    score: Annotated[Decimal | None, First("callback.answered")]
    scale: Annotated[int | None, First("callback.answered")]
    reason: Annotated[str | None, First("callback.answered")]
    findings: Annotated[int | None, Sum({"callback.found": 1})]
    expired_at: Annotated[datetime | None, First("callback.expired", field="occurred_at")]
    cancelled_at: Annotated[datetime | None, First("callback.cancelled", field="occurred_at")]
