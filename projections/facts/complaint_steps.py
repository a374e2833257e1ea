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
    stepped_at: Annotated[datetime | None, First(*STEPS, field="occurred_at")]
    to_unit: Annotated[str | None, First(*STEPS)]
    due_at: Annotated[datetime | None, First(*STEPS)]
    solution_due_at: Annotated[datetime | None, First(*STEPS)]
    accepted: Annotated[bool | None, First(*STEPS)]
    level: Annotated[str | None, First(*STEPS)]
    reason: Annotated[str | None, First(*STEPS)]
    with_whom: Annotated[str | None, First(*STEPS)]
    reached: Annotated[bool | None, First(*STEPS)]
    resolved: Annotated[bool | None, First(*STEPS)]
