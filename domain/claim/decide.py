"""Which decision answers which command on a claim."""

from collections.abc import Callable
from typing import Any

from domain.claim import approval, reporting, settling, surveying
from domain.claim.commands import (
    ApproveClaim,
    AssessClaim,
    CloseClaim,
    CompleteClaimDelegation,
    DelegateClaim,
    DispatchClaim,
    NotifyClaimCustomer,
    PayClaim,
    ReceiveClaimDocument,
    RecoverClaim,
    RejectClaim,
    ReopenClaim,
    ReportClaim,
    RequestClaimApproval,
    SettleClaimDelegation,
    WithdrawClaim,
)
from domain.claim.state import Claim
from domain.envelope import Event
from domain.telling import Command, Situation


def decide(claim: Claim, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError."""
    return DECISIONS[type(command)](claim, command, situation)


DECISIONS: dict[type[Command], Callable[[Claim, Any, Situation], tuple[Event, ...]]] = {
    ReportClaim: reporting.report,
    DispatchClaim: surveying.dispatch,
    DelegateClaim: surveying.delegate,
    CompleteClaimDelegation: surveying.complete_delegation,
    SettleClaimDelegation: surveying.settle_delegation,
    ReceiveClaimDocument: surveying.receive_document,
    AssessClaim: surveying.assess,
    RequestClaimApproval: approval.request,
    ApproveClaim: approval.approve,
    RejectClaim: approval.reject,
    PayClaim: settling.pay,
    NotifyClaimCustomer: settling.notify_customer,
    RecoverClaim: settling.recover,
    WithdrawClaim: settling.withdraw,
    CloseClaim: settling.close,
    ReopenClaim: settling.reopen,
}
