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
    """Who took the report, as an id without `agent-`; null where nobody is named."""
    customer_id: Annotated[str | None, First("claim.reported")]
    campaign_id: Annotated[str | None, First("claim.reported")]
    tier: Annotated[str | None, First("claim.reported")]
    subject_id: Annotated[str | None, First("claim.reported")]
    source: Annotated[str | None, First("claim.reported")]
    loss_on: Annotated[date | None, First("claim.reported")]
    """The local day of the loss; null where the report does not say."""
    claimed_amount: Annotated[Decimal | None, First("claim.reported", field="amount_claimed")]
    reported_at: Annotated[datetime | None, First("claim.reported", field="occurred_at")]
    surveyor: Annotated[str | None, First("claim.dispatched")]
    """Who was sent first, as the source names them; null before."""
    response_ms: Annotated[int | None, First("claim.dispatched")]
    """From the report to the first dispatch, in milliseconds, as the source measured it."""
    repair_shop: Annotated[str | None, First("claim.dispatched")]
    """The repair shop that the car goes to, by the first dispatch."""
    brand: Annotated[str | None, First("claim.dispatched")]
    """The brand of the car, by the first dispatch."""
    dispatched_at: Annotated[datetime | None, First("claim.dispatched", field="occurred_at")]
    """When somebody was first sent; null before."""
    dispatches: Annotated[int | None, Sum({"claim.dispatched": 1})]
    """How often somebody was sent; null if never."""
    delegations: Annotated[int | None, Sum({"claim.delegated": 1})]
    """How often work on it was given to another branch; null if never."""
    documents: Annotated[int | None, Sum({"claim.document_received": 1})]
    """How many documents came in; null if none."""
    last_document_at: Annotated[datetime | None, Last("claim.document_received", field="occurred_at")]
    """When the last document came in; null before the first."""
    assessed_amount: Annotated[Decimal | None, Last("claim.assessed", field="amount")]
    assessed_at: Annotated[datetime | None, Last("claim.assessed", field="occurred_at")]
    """When it was assessed last; null before."""
    requested_level: Annotated[str | None, Last("claim.approval_requested", field="level")]
    """The level that was asked last for its approval; null before."""
    requested_at: Annotated[datetime | None, Last("claim.approval_requested", field="occurred_at")]
    """When that level was asked; null before."""
    approvals: Annotated[int | None, Sum({"claim.approved": 1})]
    """How many steps of approval were taken; null if none."""
    approved_amount: Annotated[Decimal | None, Sum("claim.approved", field="amount", where=FINAL)]
    over_limit_amount: Annotated[Decimal | None, Sum("claim.approved", where=FINAL)]
    """What all final approvals gave beyond the terms; null before the first."""
    approved_level: Annotated[str | None, First("claim.approved", field="level", where=FINAL)]
    """The level that first approved it finally; null before."""
    approved_at: Annotated[datetime | None, First("claim.approved", field="occurred_at", where=FINAL)]
    """When it was first approved finally; null before."""
    payments: Annotated[int | None, Sum({"claim.paid": 1})]
    """How often something was paid; null if never."""
    paid_amount: Annotated[Decimal | None, Sum("claim.paid", field="amount")]
    first_paid_at: Annotated[datetime | None, First("claim.paid", field="occurred_at")]
    """When something was first paid; null before."""
    last_paid_at: Annotated[datetime | None, Last("claim.paid", field="occurred_at")]
    """When something was last paid; null before."""
    notified_at: Annotated[datetime | None, Last("claim.customer_notified", field="occurred_at")]
    recovered_amount: Annotated[Decimal | None, Sum("claim.recovered", field="amount")]
    """What others bore of it, as came in; null before."""
    rejected_for: Annotated[str | None, Last("claim.rejected", field="reason", cleared_by=REOPENED)]
    """Why it was rejected, a code; null if it was not, and since it was opened again."""
    rejected_at: Annotated[datetime | None, Last("claim.rejected", field="occurred_at", cleared_by=REOPENED)]
    """When it was rejected; null if it was not, and since it was opened again."""
    withdrawn_at: Annotated[
        datetime | None, Last("claim.withdrawn", field="occurred_at", cleared_by=REOPENED)
    ]
    """When the customer withdrew it; null if they did not, and since it was opened again."""
    closed_at: Annotated[datetime | None, Last("claim.closed", field="occurred_at", cleared_by=REOPENED)]
    """When it was closed last; null while it is open, or open again."""
    ended_at: Annotated[datetime | None, Last(*ENDS, field="occurred_at", cleared_by=REOPENED)]
    """When it was last closed, withdrawn or rejected; null while it is open, or open again."""
    reopened_at: Annotated[datetime | None, Last("claim.reopened", field="occurred_at")]
    reopens: Annotated[int | None, Sum({"claim.reopened": 1})]
