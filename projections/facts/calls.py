"""One row per call: how it came in, how it ended, how long each part took, and how it was rated."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import EVERY, First, Key, Last, Row, Sum

OUTCOMES = ("call.answered", "call.abandoned", "call.flowed_out")


class Call(Row, stream="call", name="calls", version=2):
    """A contact attempt; durations in ms as the source measured them.

    `agent_id` is who handled it last and is credited with its rating; `answered_by` is who took it first.
    """

    INDEXES = (("offered_at", "call"), ("customer_id", "offered_at"), ("last_position",))

    call: Annotated[str, Key()]
    direction: Annotated[str | None, First("call.offered")]
    """inbound or outbound."""
    hotline: Annotated[str | None, First("call.offered")]
    channel: Annotated[str | None, First("call.offered")]
    """How the customer made contact, as the source names it."""
    purpose: Annotated[str | None, First("call.offered")]
    """Why, as known when it was offered."""
    line: Annotated[str | None, First("call.offered")]
    tier: Annotated[str | None, First("call.offered")]
    campaign_id: Annotated[str | None, First("call.offered")]
    caller_number: Annotated[str | None, First("call.offered")]
    """The number it came from, sealed."""
    ivr_ms: Annotated[int | None, First("call.offered")]
    """Time in the voice menu, in milliseconds."""
    offered_at: Annotated[datetime | None, First("call.offered", field="occurred_at")]
    queue: Annotated[str | None, First("call.offered", "call.queued", present=True)]
    queued_at: Annotated[datetime | None, First("call.queued", field="occurred_at")]
    """When it began to wait for an agent."""
    unit: Annotated[str | None, First(EVERY, present=True)]
    customer_id: Annotated[str | None, First(EVERY, present=True)]
    outcome: Annotated[
        str | None,
        First({"call.answered": "answered", "call.abandoned": "abandoned", "call.flowed_out": "flowed_out"}),
    ]
    """The first outcome: answered, abandoned or flowed_out."""
    outcome_at: Annotated[datetime | None, First(*OUTCOMES, field="occurred_at")]
    """When that outcome came."""
    wait_ms: Annotated[int | None, First(*OUTCOMES)]
    """Waiting time until the outcome, in milliseconds, as the source measured it."""
    flow_kind: Annotated[str | None, First(*OUTCOMES, field="kind")]
    """How it flowed out: callback_requested, voicemail, overflow or self_served."""
    answered_by: Annotated[str | None, First("call.answered", field="agent_id")]
    """Who answered it first."""
    agent_id: Annotated[str | None, Last("call.answered", "call.ended", "call.rated", present=True)]
    """Who handled it last."""
    ring_ms: Annotated[int | None, First("call.answered")]
    """Ringing time at the agent, in milliseconds."""
    talk_ms: Annotated[int | None, First("call.ended")]
    """Talking time, in milliseconds."""
    hold_ms: Annotated[int | None, First("call.ended")]
    """Time on hold, in milliseconds."""
    wrap_up_ms: Annotated[int | None, First("call.ended")]
    """The agent's time after the call, in milliseconds."""
    resolved: Annotated[bool | None, First("call.ended")]
    """Whether the agent declared it resolved."""
    ended_at: Annotated[datetime | None, First("call.ended", field="occurred_at")]
    """When it ended."""
    transfers: Annotated[int | None, Sum({"call.transferred": 1})]
    """How often it was passed to another queue."""
    key_presses: Annotated[int | None, Sum({"call.complaint_key_pressed": 1})]
    """How often the caller pressed the complaint key."""
    key_pressed_at: Annotated[datetime | None, First("call.complaint_key_pressed", field="occurred_at")]
    """When the caller first pressed the complaint key."""
    rating_score: Annotated[Decimal | None, Last("call.rated", field="score")]
    """The last rating by the customer, on the rating's scale."""
    rating_scale: Annotated[int | None, Last("call.rated", field="scale")]
    """The best score that the rating allowed."""
    rating_satisfied: Annotated[bool | None, Last("call.rated", field="satisfied")]
    """Whether the customer said to be satisfied; unrated is null."""
    rated_at: Annotated[datetime | None, Last("call.rated", field="occurred_at")]
    """When it was last rated."""
    reviews: Annotated[int | None, Sum({"call.reviewed": 1})]
    """How often it was reviewed for quality."""
