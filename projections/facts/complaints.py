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
    """What the customer told, sealed."""
    promised_ms: Annotated[int | None, First("complaint.filed")]
    filed_at: Annotated[datetime | None, First("complaint.filed", field="occurred_at")]
    assigned_unit: Annotated[str | None, Last("complaint.assigned", field="to_unit")]
    """The unit that it was assigned to last, as an id without `unit-`."""
    assigned_at: Annotated[datetime | None, Last("complaint.assigned", field="occurred_at")]
    """When it was assigned last; null before."""
    due_at: Annotated[datetime | None, Last("complaint.assigned", field="due_at")]
    """By when the unit has to reply, by the last assignment; null where no time was set."""
    handed_over_to: Annotated[str | None, Last("complaint.handed_over", field="to_unit")]
    handovers: Annotated[int | None, Sum({"complaint.handed_over": 1})]
    first_replied_at: Annotated[datetime | None, First("complaint.replied", field="occurred_at")]
    replies: Annotated[int | None, Sum({"complaint.replied": 1})]
    """How often a unit answered with its findings; null if never."""
    replies_reviewed: Annotated[int | None, Sum({"complaint.reply_reviewed": 1})]
    """How often an answer was judged; null if never."""
    replies_accepted: Annotated[int | None, Sum({"complaint.reply_reviewed": 1}, where=ACCEPTED)]
    """How often an answer was accepted; null if never."""
    replies_returned: Annotated[int | None, Sum({"complaint.reply_reviewed": 1}, where=RETURNED)]
    """How often an answer was sent back; null if never."""
    solution_due_at: Annotated[datetime | None, Last("complaint.promised")]
    """By when a solution was promised last; null if never."""
    promises: Annotated[int | None, Sum({"complaint.promised": 1})]
    """How often a solution was promised; null if never."""
    escalated_at: Annotated[datetime | None, First("complaint.escalated", field="occurred_at")]
    """When it first went up its ladder; null if never."""
    escalated_to: Annotated[str | None, Last("complaint.escalated", field="level")]
    """The level it went up to last; null if never."""
    escalations: Annotated[int | None, Sum({"complaint.escalated": 1})]
    """How often it went up its ladder; null if never."""
    severity: Annotated[str | None, Last("complaint.reclassified")]
    attributed_at: Annotated[datetime | None, First("complaint.liability_attributed", field="occurred_at")]
    """When somebody was first held liable; null before."""
    attributions: Annotated[int | None, Sum({"complaint.liability_attributed": 1})]
    """How many shares of liability were told, of all attributions; null if none."""
    appeals: Annotated[int | None, Sum({"complaint.appealed": 1})]
    """How often an attribution was appealed against; null if never."""
    regulator_outcome: Annotated[str | None, Last("complaint.arbitrated", field="outcome", where=REGULATOR)]
    """What the regulator ruled last, such as upheld; null if nothing."""
    regulator_at: Annotated[
        datetime | None, Last("complaint.arbitrated", field="occurred_at", where=REGULATOR)
    ]
    """When the regulator ruled last; null if never."""
    first_resolved_at: Annotated[datetime | None, First("complaint.resolved", field="occurred_at")]
    """When a solution was first put to the customer; null before."""
    resolved_outcome: Annotated[str | None, Last("complaint.resolved", field="outcome", cleared_by=REOPENED)]
    """The last solution, a code; null before, and since it was opened again."""
    resolved_at: Annotated[
        datetime | None, Last("complaint.resolved", field="occurred_at", cleared_by=REOPENED)
    ]
    """When a solution was last put to the customer; null before, and since it was opened again."""
    closed_at: Annotated[datetime | None, Last("complaint.closed", field="occurred_at", cleared_by=REOPENED)]
    """When it was closed last; null while it is open, or open again."""
    reopened_at: Annotated[datetime | None, Last("complaint.reopened", field="occurred_at")]
    reopens: Annotated[int | None, Sum({"complaint.reopened": 1})]
    follow_ups: Annotated[int | None, Sum({"complaint.follow_up_recorded": 1})]
    """How often the unit or the customer was asked whether it is resolved; null if never."""
    last_follow_up_at: Annotated[datetime | None, Last("complaint.follow_up_recorded", field="occurred_at")]
    """When that was asked last; null if never."""
    last_follow_up_reached: Annotated[bool | None, Last("complaint.follow_up_recorded", field="reached")]
    """Whether somebody was reached then; null if nobody was ever asked."""
    last_follow_up_resolved: Annotated[bool | None, Last("complaint.follow_up_recorded", field="resolved")]
    """Whether they said then that it is resolved; null where they did not say."""
    penalties: Annotated[int | None, Sum({"complaint.penalty_imposed": 1})]
    """How many penalties were imposed for it; null if none."""
    penalty_amount: Annotated[Decimal | None, Sum("complaint.penalty_imposed", field="amount")]
    """What these came to, enforced or not; null if none."""
    case_library: Annotated[str | None, Last("complaint.chosen_as_case", field="library")]
    """The library of cases that it was last chosen for; null if none."""
