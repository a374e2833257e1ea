"""Every way in which a command on a claim is refused."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.errors import DomainError


@dataclass(kw_only=True)
class ClaimNotReported(DomainError):
    """Nothing happens to a claim before it is reported."""

    originator_id: str


@dataclass(kw_only=True)
class ClaimReportedOtherwise(DomainError):
    """The claim is reported already, with other content."""

    originator_id: str


@dataclass(kw_only=True)
class LossNotYetHappened(DomainError):
    """A loss is reported after it happened."""

    originator_id: str
    loss_on: date
    reported_on: date


@dataclass(kw_only=True)
class OnlineClaimIncomplete(DomainError):
    """A claim taken online says what its limits are held against: the amount, and the day of the loss."""

    originator_id: str
    missing: tuple[str, ...]


@dataclass(kw_only=True)
class OnlineClaimTooLarge(DomainError):
    """A claim above the online limit is not taken online."""

    originator_id: str
    amount_claimed: Decimal
    online_limit: Decimal


@dataclass(kw_only=True)
class OnlineClaimTooOld(DomainError):
    """A claim of a loss longer ago than the online age limit is not taken online."""

    originator_id: str
    loss_on: date
    reported_on: date
    days_limit: int


@dataclass(kw_only=True)
class ClaimIsOver(DomainError):
    """A claim that was rejected, withdrawn or closed is reopened before it is worked on."""

    originator_id: str
    end: str


@dataclass(kw_only=True)
class DelegatedToItself(DomainError):
    """Work is delegated to another unit."""

    originator_id: str
    delegation_id: str
    unit: str


@dataclass(kw_only=True)
class DelegationToldOtherwise(DomainError):
    """The delegation is known already, with other content."""

    originator_id: str
    delegation_id: str


@dataclass(kw_only=True)
class NoSuchDelegation(DomainError):
    """Only work that was delegated is completed and settled."""

    originator_id: str
    delegation_id: str


@dataclass(kw_only=True)
class DelegationNotCompleted(DomainError):
    """Delegated work is settled after it is completed."""

    originator_id: str
    delegation_id: str


@dataclass(kw_only=True)
class ClaimNotAssessed(DomainError):
    """Approval is of an assessed claim: what is beyond the assessment is over-limit."""

    originator_id: str


@dataclass(kw_only=True)
class ApprovalStepSkipped(DomainError):
    """Approval goes step by step, from the lowest level up."""

    originator_id: str
    level: str | None
    next_level: str | None


@dataclass(kw_only=True)
class ApprovalNotRequested(DomainError):
    """A level approves when it is asked."""

    originator_id: str
    level: str
    requested: str | None


@dataclass(kw_only=True)
class ClaimIsApproved(DomainError):
    """A claim that is finally approved is closed and reopened before its approval changes."""

    originator_id: str
    approved: Decimal


@dataclass(kw_only=True)
class OwnReportNotApproved(DomainError):
    """Nobody approves their own report."""

    originator_id: str
    agent_id: str


@dataclass(kw_only=True)
class ApproverHasNoLevel(DomainError):
    """An approver is an agent, here and of a role that a level of approval names."""

    originator_id: str
    agent_id: str | None
    role: str | None
    levels: tuple[str, ...]


@dataclass(kw_only=True)
class ApprovedAboveOwnLevel(DomainError):
    """Nobody approves above their level."""

    originator_id: str
    agent_id: str | None
    level: str
    own_level: str


@dataclass(kw_only=True)
class AmountAboveEveryLevel(DomainError):
    """No level of approval reaches an amount so large."""

    originator_id: str
    level: str
    amount: Decimal


@dataclass(kw_only=True)
class DocumentsMissing(DomainError):
    """A claim is approved when the documents that its amount needs are there."""

    originator_id: str
    amount: Decimal
    missing: tuple[str, ...]


@dataclass(kw_only=True)
class ClaimNotApproved(DomainError):
    """Only what is finally approved is paid."""

    originator_id: str


@dataclass(kw_only=True)
class PaidBeyondApproved(DomainError):
    """No more is paid than was finally approved."""

    originator_id: str
    amount: Decimal
    paid: Decimal
    approved: Decimal


@dataclass(kw_only=True)
class ClaimUndecided(DomainError):
    """The customer is told what became of the claim once it is approved, rejected or withdrawn."""

    originator_id: str


@dataclass(kw_only=True)
class ClaimIsPaid(DomainError):
    """A claim on which money was paid is not withdrawn."""

    originator_id: str
    paid: Decimal


@dataclass(kw_only=True)
class ClaimNotSettled(DomainError):
    """A claim closes when it was rejected or withdrawn, or all that was finally approved is paid."""

    originator_id: str
    is_approved: bool
    paid: Decimal
    approved: Decimal
