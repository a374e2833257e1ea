"""The commands on a claim, one method each."""

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
from domain.command_application import CommandApplication, Outcome


class ClaimCommands(CommandApplication):
    """What may be asked of a claim."""

    def report_claim(self, command: ReportClaim, *, idempotency_key: str) -> Outcome:
        """Take a loss down; the arguments are ReportClaim's.

        Refused: ClaimReportedOtherwise, LossNotYetHappened, and online: OnlineClaimIncomplete,
        OnlineClaimTooLarge, OnlineClaimTooOld.
        """
        return self.carry_out(command, idempotency_key=idempotency_key)

    def dispatch_claim(self, command: DispatchClaim, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def delegate_claim(self, command: DelegateClaim, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def complete_claim_delegation(self, command: CompleteClaimDelegation, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def settle_claim_delegation(self, command: SettleClaimDelegation, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def receive_claim_document(self, command: ReceiveClaimDocument, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def assess_claim(self, command: AssessClaim, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def request_claim_approval(self, command: RequestClaimApproval, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def approve_claim(self, command: ApproveClaim, *, idempotency_key: str) -> Outcome:
        """Approve at the level that was asked, by an agent whose role has that level.

        The outcome's event says whether it is final; else another asks the next level. Refused:
        ApprovalNotRequested, ApproverHasNoLevel, ApprovedAboveOwnLevel, OwnReportNotApproved,
        DocumentsMissing, AmountAboveEveryLevel.
        """
        return self.carry_out(command, idempotency_key=idempotency_key)

    def reject_claim(self, command: RejectClaim, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def pay_claim(self, command: PayClaim, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def notify_claim_customer(self, command: NotifyClaimCustomer, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def recover_claim(self, command: RecoverClaim, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def withdraw_claim(self, command: WithdrawClaim, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def close_claim(self, command: CloseClaim, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)

    def reopen_claim(self, command: ReopenClaim, *, idempotency_key: str) -> Outcome:
        return self.carry_out(command, idempotency_key=idempotency_key)
