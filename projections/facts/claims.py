"""One row per claim: what was reported, who was sent, what was approved, paid and recovered, and its end."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from projections.facts.row import First, Key, Last, Row, Sum

FINAL = (("final", True),)
REOPENED = ("claim.reopened",)
ENDS = ("claim.closed", "claim.withdrawn", "claim.rejected")


class Claim(Row, stream="claim", name="claims", version=1):
    """A claim from its report to its end; `reopened` clears what ended it.

    `approved_amount` and `over_limit_amount` are those of all final approvals, `approved_at` is the first;
    `ended_at` is when it was last closed, withdrawn or rejected, for a rejected claim need not be closed.
    """

    INDEXES = (("reported_at", "claim"), ("closed_at",), ("customer_id", "reported_at"))

    claim: Annotated[str, Key()]
    line: Annotated[str | None, First("claim.reported")]
    channel: Annotated[str | None, First("claim.reported")]
    cause: Annotated[str | None, First("claim.reported")]
    product: Annotated[str | None, First("claim.reported")]
    customer_class: Annotated[str | None, First("claim.reported")]
    event_code: Annotated[str | None, First("claim.reported")]
    unit: Annotated[str | None, First("claim.reported")]
    agent_id: Annotated[str | None, First("claim.reported")]
    customer_id: Annotated[str | None, First("claim.reported")]
    campaign_id: Annotated[str | None, First("claim.reported")]
    tier: Annotated[str | None, First("claim.reported")]
    subject_id: Annotated[str | None, First("claim.reported")]
    source: Annotated[str | None, First("claim.reported")]
    loss_on: Annotated[date | None, First("claim.reported")]
    claimed_amount: Annotated[Decimal | None, First("claim.reported", field="amount_claimed")]
    reported_at: Annotated[datetime | None, First("claim.reported", field="occurred_at")]
    surveyor: Annotated[str | None, First("claim.dispatched")]
    response_ms: Annotated[int | None, First("claim.dispatched")]
    repair_shop: Annotated[str | None, First("claim.dispatched")]
    brand: Annotated[str | None, First("claim.dispatched")]
    dispatched_at: Annotated[datetime | None, First("claim.dispatched", field="occurred_at")]
    dispatches: Annotated[int | None, Sum({"claim.dispatched": 1})]
    delegations: Annotated[int | None, Sum({"claim.delegated": 1})]
    documents: Annotated[int | None, Sum({"claim.document_received": 1})]
    last_document_at: Annotated[datetime | None, Last("claim.document_received", field="occurred_at")]
    assessed_amount: Annotated[Decimal | None, Last("claim.assessed", field="amount")]
    assessed_at: Annotated[datetime | None, Last("claim.assessed", field="occurred_at")]
    requested_level: Annotated[str | None, Last("claim.approval_requested", field="level")]
    requested_at: Annotated[datetime | None, Last("claim.approval_requested", field="occurred_at")]
    approvals: Annotated[int | None, Sum({"claim.approved": 1})]
    approved_amount: Annotated[Decimal | None, Sum("claim.approved", field="amount", where=FINAL)]
    over_limit_amount: Annotated[Decimal | None, Sum("claim.approved", where=FINAL)]
    approved_level: Annotated[str | None, First("claim.approved", field="level", where=FINAL)]
    approved_at: Annotated[datetime | None, First("claim.approved", field="occurred_at", where=FINAL)]
    payments: Annotated[int | None, Sum({"claim.paid": 1})]
    paid_amount: Annotated[Decimal | None, Sum("claim.paid", field="amount")]
    first_paid_at: Annotated[datetime | None, First("claim.paid", field="occurred_at")]
    last_paid_at: Annotated[datetime | None, Last("claim.paid", field="occurred_at")]
    notified_at: Annotated[datetime | None, Last("claim.customer_notified", field="occurred_at")]
    recovered_amount: Annotated[Decimal | None, Sum("claim.recovered", field="amount")]
    rejected_for: Annotated[str | None, Last("claim.rejected", field="reason", cleared_by=REOPENED)]
    rejected_at: Annotated[datetime | None, Last("claim.rejected", field="occurred_at", cleared_by=REOPENED)]
    withdrawn_at: Annotated[
        datetime | None, Last("claim.withdrawn", field="occurred_at", cleared_by=REOPENED)
    ]
    closed_at: Annotated[datetime | None, Last("claim.closed", field="occurred_at", cleared_by=REOPENED)]
    ended_at: Annotated[datetime | None, Last(*ENDS, field="occurred_at", cleared_by=REOPENED)]
    reopened_at: Annotated[datetime | None, Last("claim.reopened", field="occurred_at")]
    reopens: Annotated[int | None, Sum({"claim.reopened": 1})]
