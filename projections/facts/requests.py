"""One row per request: what was asked for, who had to do it by when, and what became of it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import First, Key, Last, Row, Sum

OUTCOMES = {"request.fulfilled": "fulfilled", "request.cancelled": "cancelled"}


class Request(Row, stream="request", name="requests", version=1):
    """A request from raising to its one outcome; `amount` as raised, `fulfilled_amount` as done."""

    INDEXES = (("raised_at", "request"), ("due_at",), ("customer_id", "raised_at"))

    request: Annotated[str, Key()]
    kind: Annotated[str | None, First("request.raised")]
    """What is asked for: order, address_change, paper_hold, policy_service, line_fault and so on."""
    channel: Annotated[str | None, First("request.raised")]
    """How it was raised, as the source names it."""
    unit: Annotated[str | None, First("request.raised")]
    agent_id: Annotated[str | None, First("request.raised")]
    customer_id: Annotated[str | None, First("request.raised")]
    campaign_id: Annotated[str | None, First("request.raised")]
    tier: Annotated[str | None, First("request.raised")]
    call_id: Annotated[str | None, First("request.raised")]
    subject_id: Annotated[str | None, First("request.raised")]
    source: Annotated[str | None, First("request.raised")]
    amount: Annotated[Decimal | None, First("request.raised")]
    """How much is asked for, such as copies or money; null where the request has no amount."""
    until: Annotated[datetime | None, First("request.raised")]
    """Until when it is to hold, such as a paper hold; null where it has no end."""
    due_at: Annotated[datetime | None, First("request.raised")]
    """By when it is to be done; null where no time was set."""
    raised_at: Annotated[datetime | None, First("request.raised", field="occurred_at")]
    handed_over_to: Annotated[str | None, Last("request.handed_over", field="to_unit")]
    handed_over_at: Annotated[datetime | None, Last("request.handed_over", field="occurred_at")]
    handovers: Annotated[int | None, Sum({"request.handed_over": 1})]
    returned_for: Annotated[str | None, Last("request.returned", field="reason")]
    returned_at: Annotated[datetime | None, Last("request.returned", field="occurred_at")]
    returns: Annotated[int | None, Sum({"request.returned": 1})]
    outcome: Annotated[str | None, First(OUTCOMES)]
    """The first outcome: fulfilled or cancelled; null while it is open."""
    outcome_at: Annotated[datetime | None, First(*OUTCOMES, field="occurred_at")]
    """When that outcome came; null while it is open."""
    fulfilled_amount: Annotated[Decimal | None, First("request.fulfilled", field="amount")]
    fulfilled_at: Annotated[datetime | None, First("request.fulfilled", field="occurred_at")]
    """When it was done; null before."""
    cancelled_for: Annotated[str | None, First("request.cancelled", field="reason")]
    cancelled_at: Annotated[datetime | None, First("request.cancelled", field="occurred_at")]
