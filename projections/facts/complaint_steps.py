"""One row per step of a complaint's loop, from assigning to closing: where it stood at any moment follows."""

from datetime import datetime
from typing import Annotated

from projections.facts.row import First, Key, Row

STEPS = {
    "complaint.assigned": "assigned",
    "complaint.handed_over": "handed_over",
    "complaint.replied": "replied",
    "complaint.reply_reviewed": "reply_reviewed",
    "complaint.promised": "promised",
    "complaint.escalated": "escalated",
    "complaint.resolved": "resolved",
    "complaint.follow_up_recorded": "followed_up",
    "complaint.reopened": "reopened",
    "complaint.closed": "closed",
}


class ComplaintStep(Row, stream="complaint", name="complaint_steps", version=1):
    """What a step says of itself; columns of other steps are null."""

    INDEXES = (("stepped_at",),)

    complaint: Annotated[str, Key()]
    version: Annotated[int, Key("originator_version")]
    step: Annotated[str | None, First(STEPS)]
    """assigned, handed_over, replied, reply_reviewed, promised, escalated, resolved, followed_up, reopened or
    closed.
    """
    stepped_at: Annotated[datetime | None, First(*STEPS, field="occurred_at")]
    """When the step was taken."""
    to_unit: Annotated[str | None, First(*STEPS)]
    """Of an assignment or a hand-over the unit, as an id without `unit-`."""
    due_at: Annotated[datetime | None, First(*STEPS)]
    """Of an assignment: by when the unit has to reply."""
    solution_due_at: Annotated[datetime | None, First(*STEPS)]
    """Of a promise: by when there is to be a solution."""
    accepted: Annotated[bool | None, First(*STEPS)]
    """Of a review: whether the answer was accepted."""
    level: Annotated[str | None, First(*STEPS)]
    """Of an escalation: the level of the ladder."""
    reason: Annotated[str | None, First(*STEPS)]
    """Of an escalation or a review: why, a code."""
    with_whom: Annotated[str | None, First(*STEPS)]
    """Of a follow-up: whether the unit or the customer was asked."""
    reached: Annotated[bool | None, First(*STEPS)]
    """Of a follow-up: whether they were reached."""
    resolved: Annotated[bool | None, First(*STEPS)]
    """Of a follow-up: whether they said that it is resolved."""
