"""One row per rating that a customer was asked for, with the answer if one came."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import OWN_ID, First, Key, Row

REQUESTED = "customer.rating_requested"
RATED = "customer.rated"


class RatingRequest(Row, stream="customer", name="rating_requests", version=1):
    """Asked at `requested_at`, answered at `rated_at`; ratings without an id share one row."""

    INDEXES = (("requested_at",),)

    customer: Annotated[str, Key()]
    rating_id: Annotated[str, Key("rating_id")]
    survey: Annotated[str | None, First(REQUESTED)]
    subject_id: Annotated[str | None, First(REQUESTED)]
    customer_id: Annotated[str | None, First(REQUESTED, field=OWN_ID)]
    """The customer, as other rows name them: the stream id without `customer-`."""
    unit: Annotated[str | None, First(REQUESTED)]
    agent_id: Annotated[str | None, First(REQUESTED)]
    campaign_id: Annotated[str | None, First(REQUESTED)]
    tier: Annotated[str | None, First(REQUESTED)]
    requested_at: Annotated[datetime | None, First(REQUESTED, field="occurred_at")]
    """When the customer was first asked."""
    process: Annotated[str | None, First(RATED)]
    """The business process that the answer was about; null without an answer."""
    rated_at: Annotated[datetime | None, First(RATED, field="occurred_at")]
    """When the customer first answered; null without an answer."""
