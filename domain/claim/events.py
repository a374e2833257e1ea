"""What can happen to one claim: the events of the stream `claim`."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event, Time


class ClaimReported(Event, frozen=True, kw_only=True):
    """A loss was reported, the first notice; event_code joins the claims of one catastrophe."""

    TOPIC: ClassVar[str] = "claim.reported"

    line: str
    channel: str
    cause: str
    loss_on: date | None = None
    amount_claimed: Decimal | None = None
    subject_id: str | None = None
    event_code: str | None = None
    product: str | None = None
    customer_class: str | None = None


class ClaimDispatched(Event, frozen=True, kw_only=True):
    """A surveyor was sent, so long after the report; the car goes to a repair shop."""

    TOPIC: ClassVar[str] = "claim.dispatched"

    surveyor: str
    response_ms: int
    repair_shop: str | None = None
    brand: str | None = None


class ClaimDelegated(Event, frozen=True, kw_only=True):
    """Another branch does the survey or the assessment."""

    TOPIC: ClassVar[str] = "claim.delegated"

    delegation_id: str
    kind: str
    from_unit: str
    to_unit: str
    relation: str
    due_at: Time | None = None
    fee_due: Decimal | None = None


class ClaimDelegationCompleted(Event, frozen=True, kw_only=True):
    """The other branch has done its work."""

    TOPIC: ClassVar[str] = "claim.delegation_completed"

    delegation_id: str
    documents_complete: bool | None = None


class ClaimDelegationSettled(Event, frozen=True, kw_only=True):
    """The other branch got its fee."""

    TOPIC: ClassVar[str] = "claim.delegation_settled"

    delegation_id: str
    amount: Decimal


class ClaimDocumentReceived(Event, frozen=True, kw_only=True):
    """A document of this kind is there."""

    TOPIC: ClassVar[str] = "claim.document_received"

    kind: str


class ClaimAssessed(Event, frozen=True, kw_only=True):
    """The loss is worth so much by the terms."""

    TOPIC: ClassVar[str] = "claim.assessed"

    amount: Decimal


class ClaimApprovalRequested(Event, frozen=True, kw_only=True):
    """The next step is with the approvers of this level."""

    TOPIC: ClassVar[str] = "claim.approval_requested"

    level: str


class ClaimApproved(Event, frozen=True, kw_only=True):
    """A level approved the amount, of it over_limit_amount beyond the terms; final is the last step."""

    TOPIC: ClassVar[str] = "claim.approved"

    level: str
    amount: Decimal
    over_limit_amount: Decimal
    final: bool


class ClaimRejected(Event, frozen=True, kw_only=True):
    """Nothing will be paid."""

    TOPIC: ClassVar[str] = "claim.rejected"

    reason: str


class ClaimPaid(Event, frozen=True, kw_only=True):
    """Money went to the customer; there may be several payments."""

    TOPIC: ClassVar[str] = "claim.paid"

    amount: Decimal


class ClaimCustomerNotified(Event, frozen=True, kw_only=True):
    """The customer knows what became of the claim."""

    TOPIC: ClassVar[str] = "claim.customer_notified"


class ClaimRecovered(Event, frozen=True, kw_only=True):
    """Somebody else (a carrier, another insurer, salvage) bore a part of the loss."""

    TOPIC: ClassVar[str] = "claim.recovered"

    amount: Decimal
    payer: str


class ClaimWithdrawn(Event, frozen=True, kw_only=True):
    """The customer asks for nothing any more."""

    TOPIC: ClassVar[str] = "claim.withdrawn"


class ClaimClosed(Event, frozen=True, kw_only=True):
    """The claim is done."""

    TOPIC: ClassVar[str] = "claim.closed"


class ClaimReopened(Event, frozen=True, kw_only=True):
    """The claim is open again."""

    TOPIC: ClassVar[str] = "claim.reopened"
