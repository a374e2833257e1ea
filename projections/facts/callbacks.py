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
    """What it is for, a code."""
    subject_id: Annotated[str | None, First("callback.scheduled")]
    customer_id: Annotated[str | None, First("callback.scheduled")]
    unit: Annotated[str | None, First("callback.scheduled")]
    campaign_id: Annotated[str | None, First("callback.scheduled")]
    tier: Annotated[str | None, First("callback.scheduled")]
    source: Annotated[str | None, First("callback.scheduled")]
    due_at: Annotated[datetime | None, Last("callback.scheduled")]
    """By when somebody is to call; null where no time was set."""
    scheduled_at: Annotated[datetime | None, First("callback.scheduled", field="occurred_at")]
    """When it was first planned."""
    suppressed_at: Annotated[datetime | None, First("callback.suppressed", field="occurred_at")]
    """When it was decided not to call; null if it was not."""
    suppressed_for: Annotated[str | None, First("callback.suppressed", field="reason")]
    """Why not, such as consent_refused or contact_cap; null if it was not."""
    attempts: Annotated[int | None, Sum({"callback.attempted": 1})]
    """How often somebody called; null if never."""
    first_attempted_at: Annotated[datetime | None, First("callback.attempted", field="occurred_at")]
    """When somebody first called; null if never."""
    agent_id: Annotated[str | None, Last("callback.attempted")]
    """Who called last, as an id without `agent-`."""
    reached: Annotated[bool | None, Last("callback.attempted")]
    """Whether the customer was reached at the last attempt; null if nobody called."""
    answered_at: Annotated[datetime | None, First("callback.answered", field="occurred_at")]
    """When the customer was reached and answered; null before."""
    satisfied: Annotated[bool | None, First("callback.answered")]
    """Whether the customer said to be satisfied; null where they did not say."""
    score: Annotated[Decimal | None, First("callback.answered")]
    scale: Annotated[int | None, First("callback.answered")]
    reason: Annotated[str | None, First("callback.answered")]
    """Why not satisfied, a code; null where none was given."""
    findings: Annotated[int | None, Sum({"callback.found": 1})]
    """How many things it brought to light; null if none."""
    expired_at: Annotated[datetime | None, First("callback.expired", field="occurred_at")]
    """When it expired without an answer; null if it did not."""
    cancelled_at: Annotated[datetime | None, First("callback.cancelled", field="occurred_at")]
