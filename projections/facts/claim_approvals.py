"""One row per step of approval: which level approved how much, of it how much beyond the terms."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.claim_parts import StepOfClaim
from projections.facts.row import First, Row


class ClaimApproval(StepOfClaim, Row, stream="claim", name="claim_approvals", version=1):
    """A level's word on the day it was given; only a final one lets anything be paid."""

    STEPS = "claim.approved"
    INDEXES = (("approved_at",),)

    level: Annotated[str | None, First("claim.approved")]
    """The level that gave its word."""
    amount: Annotated[Decimal | None, First("claim.approved")]
    """What it approved."""
    over_limit_amount: Annotated[Decimal | None, First("claim.approved")]
    """How much of this is beyond the terms."""
    final: Annotated[bool | None, First("claim.approved")]
    """Whether it was the last step: only then may anything be paid."""
    agent_id: Annotated[str | None, First("claim.approved")]
    """Who approved, as an id without `agent-`; null where nobody is named."""
    approved_at: Annotated[datetime | None, First("claim.approved", field="occurred_at")]
    """When it was approved."""
