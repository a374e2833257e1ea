"""One row per time that the organisation reached out to a customer."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row

CONTACTED = "customer.contacted"


class Contact(Row, stream="customer", name="contacts", version=1):
    """By which channel and for what; channel `callback` repeats an attempt of the callback's own stream."""

    INDEXES = (("contacted_at",),)

    customer: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    channel: Annotated[str | None, First(CONTACTED)]
    """By which channel: callback, sms, visit and so on, as the source names it."""
    purpose: Annotated[str | None, First(CONTACTED)]
    """What for, a code; consent is given by purpose."""
    campaign_id: Annotated[str | None, First(CONTACTED)]
    unit: Annotated[str | None, First(CONTACTED)]
    agent_id: Annotated[str | None, First(CONTACTED)]
    tier: Annotated[str | None, First(CONTACTED)]
    contacted_at: Annotated[datetime | None, First(CONTACTED, field="occurred_at")]
    """When the organisation reached out."""
