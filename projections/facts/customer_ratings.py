"""One row per rating that a customer gave in a survey."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import OWN_ID, First, Key, Row


class CustomerRating(Row, stream="customer", name="customer_ratings", version=2):
    """A score on a scale, and whether the customer said so to be satisfied."""

    INDEXES = (("rated_at",),)

    customer: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    rating_id: Annotated[str | None, First("customer.rated")]
    survey: Annotated[str | None, First("customer.rated")]
    process: Annotated[str | None, First("customer.rated")]
    channel: Annotated[str | None, First("customer.rated")]
    """By which channel the rating came, as the source names it."""
    score: Annotated[Decimal | None, First("customer.rated")]
    scale: Annotated[int | None, First("customer.rated")]
    satisfied: Annotated[bool | None, First("customer.rated")]
    """Whether the customer said to be satisfied; null where they gave only a score."""
    reason: Annotated[str | None, First("customer.rated")]
    """Why not satisfied, a code; null where none was given."""
    subject_id: Annotated[str | None, First("customer.rated")]
    unit: Annotated[str | None, First("customer.rated")]
    agent_id: Annotated[str | None, First("customer.rated")]
    """The agent rated, as an id without `agent-`; null where nobody is named."""
    customer_id: Annotated[str | None, First("customer.rated", field=OWN_ID)]
    """The customer, as other rows name them: the stream id without `customer-`."""
    campaign_id: Annotated[str | None, First("customer.rated")]
    tier: Annotated[str | None, First("customer.rated")]
    rated_at: Annotated[datetime | None, First("customer.rated", field="occurred_at")]
    """When the rating was given."""
