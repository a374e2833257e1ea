"""One row per complaint: what it was about, which clocks ran, and where its loop stands."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import First, Key, Last, Row, Sum

REGULATOR = (("by", "regulator"),)
ACCEPTED, RETURNED = (("accepted", True),), (("accepted", False),)
REOPENED = ("complaint.reopened",)


class Complaint(Row, stream="complaint", name="complaints", version=3):
    """A complaint from filing to closing; `reopened` clears what `closed` and `resolved` set."""

    INDEXES = (("filed_at", "complaint"), ("customer_id", "filed_at"), ("last_position",))

    complaint: Annotated[str, Key()]
    kind: Annotated[str | None, First("complaint.filed")]
    channel: Annotated[str | None, First("complaint.filed")]
    category: Annotated[str | None, First("complaint.filed")]
    subcategory: Annotated[str | None, First("complaint.filed")]
    line: Annotated[str | None, First("complaint.filed")]
    product: Annotated[str | None, First("complaint.filed")]
    unit: Annotated[str | None, First("complaint.filed")]
    agent_id: Annotated[str | None, First("complaint.filed")]
    customer_id: Annotated[str | None, First("complaint.filed")]
    tier: Annotated[str | None, First("complaint.filed")]
    call_id: Annotated[str | None, First("complaint.filed")]
    subject_id: Annotated[str | None, First("complaint.filed")]
    source: Annotated[str | None, First("complaint.filed")]
    narrative: Annotated[str | None, First("complaint.filed")]
    promised_ms: Annotated[int | None, First("complaint.filed")]
    filed_at: Annotated[datetime | None, First("complaint.filed", field="occurred_at")]
    assigned_unit: Annotated[str | None, Last("complaint.assigned", field="to_unit")]
    assigned_at: Annotated[datetime | None, Last("complaint.assigned", field="occurred_at")]
    due_at: Annotated[datetime | None, Last("complaint.assigned", field="due_at")]
    handed_over_to: Annotated[str | None, Last("complaint.handed_over", field="to_unit")]
    handovers: Annotated[int | None, Sum({"complaint.handed_over": 1})]
    first_replied_at: Annotated[datetime | None, First("complaint.replied", field="occurred_at")]
    replies: Annotated[int | None, Sum({"complaint.replied": 1})]
    replies_reviewed: Annotated[int | None, Sum({"complaint.reply_reviewed": 1})]
    replies_accepted: Annotated[int | None, Sum({"complaint.reply_reviewed": 1}, where=ACCEPTED)]
    replies_returned: Annotated[int | None, Sum({"complaint.reply_reviewed": 1}, where=RETURNED)]
    solution_due_at: Annotated[datetime | None, Last("complaint.promised")]
    promises: Annotated[int | None, Sum({"complaint.promised": 1})]
    escalated_at: Annotated[datetime | None, First("complaint.escalated", field="occurred_at")]
    escalated_to: Annotated[str | None, Last("complaint.escalated", field="level")]
    escalations: Annotated[int | None, Sum({"complaint.escalated": 1})]
    severity: Annotated[str | None, Last("complaint.reclassified")]
    attributed_at: Annotated[datetime | None, First("complaint.liability_attributed", field="occurred_at")]
    attributions: Annotated[int | None, Sum({"complaint.liability_attributed": 1})]
    appeals: Annotated[int | None, Sum({"complaint.appealed": 1})]
    regulator_outcome: Annotated[str | None, Last("complaint.arbitrated", field="outcome", where=REGULATOR)]
    regulator_at: Annotated[
        datetime | None, Last("complaint.arbitrated", field="occurred_at", where=REGULATOR)
    ]
    first_resolved_at: Annotated[datetime | None, First("complaint.resolved", field="occurred_at")]
    resolved_outcome: Annotated[str | None, Last("complaint.resolved", field="outcome", cleared_by=REOPENED)]
    resolved_at: Annotated[
        datetime | None, Last("complaint.resolved", field="occurred_at", cleared_by=REOPENED)
    ]
    closed_at: Annotated[datetime | None, Last("complaint.closed", field="occurred_at", cleared_by=REOPENED)]
    reopened_at: Annotated[datetime | None, Last("complaint.reopened", field="occurred_at")]
    reopens: Annotated[int | None, Sum({"complaint.reopened": 1})]
    follow_ups: Annotated[int | None, Sum({"complaint.follow_up_recorded": 1})]
    last_follow_up_at: Annotated[datetime | None, Last("complaint.follow_up_recorded", field="occurred_at")]
    last_follow_up_reached: Annotated[bool | None, Last("complaint.follow_up_recorded", field="reached")]
    last_follow_up_resolved: Annotated[bool | None, Last("complaint.follow_up_recorded", field="resolved")]
    penalties: Annotated[int | None, Sum({"complaint.penalty_imposed": 1})]
    penalty_amount: Annotated[Decimal | None, Sum("complaint.penalty_imposed", field="amount")]
    case_library: Annotated[str | None, Last("complaint.chosen_as_case", field="library")]
