"""What may be asked of one claim: the commands of the stream `claim`."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from domain.claim.events import (
    ClaimApprovalRequested,
    ClaimApproved,
    ClaimAssessed,
    ClaimClosed,
    ClaimCustomerNotified,
    ClaimDelegated,
    ClaimDelegationCompleted,
    ClaimDelegationSettled,
    ClaimDispatched,
    ClaimDocumentReceived,
    ClaimPaid,
    ClaimRecovered,
    ClaimRejected,
    ClaimReopened,
    ClaimReported,
    ClaimWithdrawn,
)
from domain.envelope import Event
from domain.telling import Command


class ReportClaim(Command, frozen=True, kw_only=True):
    """Take a loss down; agent_id is who reports it, and never approves it."""

    EVENT: ClassVar[type[Event]] = ClaimReported

    line: str
    channel: str
    cause: str
    loss_on: date | None = None
    amount_claimed: Decimal | None = None
    subject_id: str | None = None
    event_code: str | None = None
    product: str | None = None
    customer_class: str | None = None


class DispatchClaim(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ClaimDispatched

    surveyor: str
    response_ms: int
    repair_shop: str | None = None
    brand: str | None = None


class DelegateClaim(Command, frozen=True, kw_only=True):
    """Have another branch survey or assess.

    kind: survey or assessment. relation: inter_branch (another province), intra_province, no_branch_region.
    """

    EVENT: ClassVar[type[Event]] = ClaimDelegated

    delegation_id: str
    kind: str
    from_unit: str
    to_unit: str
    relation: str
    due_at: datetime | None = None
    fee_due: Decimal | None = None


class CompleteClaimDelegation(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ClaimDelegationCompleted

    delegation_id: str
    documents_complete: bool | None = None


class SettleClaimDelegation(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ClaimDelegationSettled

    delegation_id: str
    amount: Decimal


class ReceiveClaimDocument(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ClaimDocumentReceived

    kind: str


class AssessClaim(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ClaimAssessed

    amount: Decimal


class RequestClaimApproval(Command, frozen=True, kw_only=True):
    """Put the claim to the next level of approval; a level that is named has to be that one."""

    EVENT: ClassVar[type[Event]] = ClaimApprovalRequested

    level: str | None = None


class ApproveClaim(Command, frozen=True, kw_only=True):
    """Approve an amount at the level that was asked, by an agent (agent_id) whose role has that level."""

    EVENT: ClassVar[type[Event]] = ClaimApproved

    level: str
    amount: Decimal


class RejectClaim(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ClaimRejected

    reason: str


class PayClaim(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ClaimPaid

    amount: Decimal


class NotifyClaimCustomer(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ClaimCustomerNotified


class RecoverClaim(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ClaimRecovered

    amount: Decimal
    payer: str


class WithdrawClaim(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ClaimWithdrawn


class CloseClaim(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ClaimClosed


class ReopenClaim(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ClaimReopened
