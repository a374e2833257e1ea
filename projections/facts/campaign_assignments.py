"""One row per customer of a campaign: the arm that they are in, and what they answered."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Last, Row, Sum

ASSIGNED = "customer.campaign_assigned"
RESPONDED = "customer.campaign_responded"


class CampaignAssignment(Row, stream="customer", name="campaign_assignments", version=1):
    """The first assignment is for good; of several answers the last one stands."""

    INDEXES = (("assigned_at",), ("campaign_id",))

    customer: Annotated[str, Key()]
    campaign_id: Annotated[str, Key("campaign_id")]
    arm: Annotated[str | None, First(ASSIGNED)]
    unit: Annotated[str | None, First(ASSIGNED)]
    tier: Annotated[str | None, First(ASSIGNED)]
    assigned_at: Annotated[datetime | None, First(ASSIGNED, field="occurred_at")]
    """When the customer was put into the arm."""
    responded_at: Annotated[datetime | None, First(RESPONDED, field="occurred_at")]
    """When the customer first answered; null if never."""
    answer: Annotated[str | None, Last(RESPONDED)]
    """What the customer answered last, a code; null if nothing."""
    responses: Annotated[int | None, Sum({RESPONDED: 1})]
    """How often the customer answered; null if never."""
