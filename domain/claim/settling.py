"""Decisions at the end of a claim: paid, told to the customer, recovered, withdrawn, closed, reopened."""

from domain.amounts import check_positive
from domain.claim.commands import (
    CloseClaim,
    NotifyClaimCustomer,
    PayClaim,
    RecoverClaim,
    ReopenClaim,
    WithdrawClaim,
)
from domain.claim.guards import check_open, check_reported
from domain.claim.refusals import (
    ClaimIsPaid,
    ClaimNotApproved,
    ClaimNotSettled,
    ClaimUndecided,
    PaidBeyondApproved,
)
from domain.claim.state import NOTHING, Claim
from domain.envelope import Event
from domain.telling import Situation, tell, tell_unless


def pay(claim: Claim, command: PayClaim, situation: Situation) -> tuple[Event, ...]:
    """Pay a part or all of what was finally approved; every payment counts."""
    check_open(claim, command)
    check_positive(command, field="amount")
    if not claim.is_approved:
        raise ClaimNotApproved(originator_id=command.originator_id)
    if claim.paid + command.amount > claim.approved:
        raise PaidBeyondApproved(
            originator_id=command.originator_id,
            amount=command.amount,
            paid=claim.paid,
            approved=claim.approved,
        )
    return (tell(command, now=situation.now),)


def notify_customer(claim: Claim, command: NotifyClaimCustomer, situation: Situation) -> tuple[Event, ...]:
    """Tell the customer what became of the claim, once for each decision."""
    check_reported(claim, command)
    if not (claim.is_approved or claim.rejected or claim.is_withdrawn):
        raise ClaimUndecided(originator_id=command.originator_id)
    return tell_unless(claim.is_notified, command, now=situation.now)


def recover(claim: Claim, command: RecoverClaim, situation: Situation) -> tuple[Event, ...]:
    """Get a part of the loss back from somebody else, also long after the claim is closed."""
    check_reported(claim, command)
    check_positive(command, field="amount")
    return (tell(command, now=situation.now),)


def withdraw(claim: Claim, command: WithdrawClaim, situation: Situation) -> tuple[Event, ...]:
    """Take the customer's word that nothing is asked for any more."""
    check_reported(claim, command)
    if claim.is_withdrawn:
        return ()
    check_open(claim, command)
    if claim.paid > NOTHING:
        raise ClaimIsPaid(originator_id=command.originator_id, paid=claim.paid)
    return (tell(command, now=situation.now),)


def close(claim: Claim, command: CloseClaim, situation: Situation) -> tuple[Event, ...]:
    """Close a claim of which nothing is awaited any more."""
    check_reported(claim, command)
    if claim.is_closed:
        return ()
    is_settled = claim.is_approved and claim.paid >= claim.approved
    if claim.end is None and not is_settled:
        raise ClaimNotSettled(
            originator_id=command.originator_id,
            is_approved=claim.is_approved,
            paid=claim.paid,
            approved=claim.approved,
        )
    return (tell(command, now=situation.now),)


def reopen(claim: Claim, command: ReopenClaim, situation: Situation) -> tuple[Event, ...]:
    """Take work on a claim up again; what more is to be paid is approved afresh."""
    check_reported(claim, command)
    return tell_unless(claim.end is None, command, now=situation.now)
