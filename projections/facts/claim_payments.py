"""One row per payment of a claim, which belongs to the day it was paid."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.claim_parts import StepOfClaim
from projections.facts.row import First, Row


class ClaimPayment(StepOfClaim, Row, stream="claim", name="claim_payments", version=1):
    """Money that went to the customer."""

    STEPS = "claim.paid"
    INDEXES = (("paid_at",),)

    amount: Annotated[Decimal | None, First("claim.paid")]
    """What was paid."""
    agent_id: Annotated[str | None, First("claim.paid")]
    """Who paid, as an id without `agent-`; null where nobody is named."""
    paid_at: Annotated[datetime | None, First("claim.paid", field="occurred_at")]
    """When it was paid."""
