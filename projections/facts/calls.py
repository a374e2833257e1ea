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
    hotline: Annotated[str | None, First("call.offered")]
    channel: Annotated[str | None, First("call.offered")]
    purpose: Annotated[str | None, First("call.offered")]
    line: Annotated[str | None, First("call.offered")]
    tier: Annotated[str | None, First("call.offered")]
    campaign_id: Annotated[str | None, First("call.offered")]
    caller_number: Annotated[str | None, First("call.offered")]
    ivr_ms: Annotated[int | None, First("call.offered")]
    offered_at: Annotated[datetime | None, First("call.offered", field="occurred_at")]
    queue: Annotated[str | None, First("call.offered", "call.queued", present=True)]
    queued_at: Annotated[datetime | None, First("call.queued", field="occurred_at")]
    unit: Annotated[str | None, First(EVERY, present=True)]
    customer_id: Annotated[str | None, First(EVERY, present=True)]
    outcome: Annotated[
        str | None,
        First({"call.answered": "answered", "call.abandoned": "abandoned", "call.flowed_out": "flowed_out"}),
    ]
    outcome_at: Annotated[datetime | None, First(*OUTCOMES, field="occurred_at")]
    wait_ms: Annotated[int | None, First(*OUTCOMES)]
    flow_kind: Annotated[str | None, First(*OUTCOMES, field="kind")]
    answered_by: Annotated[str | None, First("call.answered", field="agent_id")]
    agent_id: Annotated[str | None, Last("call.answered", "call.ended", "call.rated", present=True)]
    ring_ms: Annotated[int | None, First("call.answered")]
    talk_ms: Annotated[int | None, First("call.ended")]
    hold_ms: Annotated[int | None, First("call.ended")]
    wrap_up_ms: Annotated[int | None, First("call.ended")]
    resolved: Annotated[bool | None, First("call.ended")]
    ended_at: Annotated[datetime | None, First("call.ended", field="occurred_at")]
    transfers: Annotated[int | None, Sum({"call.transferred": 1})]
    key_presses: Annotated[int | None, Sum({"call.complaint_key_pressed": 1})]
    key_pressed_at: Annotated[datetime | None, First("call.complaint_key_pressed", field="occurred_at")]
    rating_score: Annotated[Decimal | None, Last("call.rated", field="score")]
    rating_scale: Annotated[int | None, Last("call.rated", field="scale")]
    rating_satisfied: Annotated[bool | None, Last("call.rated", field="satisfied")]
    rated_at: Annotated[datetime | None, Last("call.rated", field="occurred_at")]
    reviews: Annotated[int | None, Sum({"call.reviewed": 1})]
