"""One row per recovery: what somebody else bore of a claim, on the day it came in."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.claim_parts import StepOfClaim
from projections.facts.row import First, Row


class ClaimRecovery(StepOfClaim, Row, stream="claim", name="claim_recoveries", version=1):
    """Money that a carrier, another insurer or salvage brought."""

    STEPS = "claim.recovered"
    INDEXES = (("recovered_at",),)

    amount: Annotated[Decimal | None, First("claim.recovered")]
    """What came in."""
    payer: Annotated[str | None, First("claim.recovered")]
    """Who bore it: a carrier, another insurer, salvage."""
    recovered_at: Annotated[datetime | None, First("claim.recovered", field="occurred_at")]
    """When it came in."""
