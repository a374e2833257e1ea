"""Requests, as the clerk writes them."""

from typing import Any

from domain.envelope import Event
from tests.projections.oracle.clerk import Clerk, Key, at, count, earliest, field, fields, latest

TOPICS = (
    "request.raised",
    "request.handed_over",
    "request.returned",
    "request.fulfilled",
    "request.cancelled",
)
OUTCOMES = {"request.fulfilled": "fulfilled", "request.cancelled": "cancelled"}
ASKED = (
    *("kind", "channel", "unit", "agent_id", "customer_id", "campaign_id", "tier", "call_id"),
    *("subject_id", "source", "amount", "until", "due_at"),
)


def _request(events: list[Event]) -> dict[str, Any]:
    raised = earliest(events, "request.raised")
    handed = latest(events, "request.handed_over")
    returned = latest(events, "request.returned")
    outcome = earliest(events, *OUTCOMES)
    fulfilled = earliest(events, "request.fulfilled")
    cancelled = earliest(events, "request.cancelled")
    return {
        **fields(raised, *ASKED),
        "raised_at": at(raised),
        "handed_over_to": field(handed, "to_unit"),
        "handed_over_at": at(handed),
        "handovers": count(events, "request.handed_over"),
        "returned_for": field(returned, "reason"),
        "returned_at": at(returned),
        "returns": count(events, "request.returned"),
        "outcome": OUTCOMES[outcome.TOPIC] if outcome else None,
        "outcome_at": at(outcome),
        "fulfilled_amount": field(fulfilled, "amount"),
        "fulfilled_at": at(fulfilled),
        "cancelled_for": field(cancelled, "reason"),
        "cancelled_at": at(cancelled),
    }


def _request_key(event: Event) -> Key:
    return (event.originator_id,)


REQUESTS = Clerk(name="requests", keys=("request",), topics=TOPICS, key=_request_key, columns=_request)
