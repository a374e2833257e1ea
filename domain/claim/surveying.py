"""Decisions on finding out what a loss is worth: dispatch, delegation, documents, assessment."""

from domain.amounts import check_not_negative
from domain.checks import check_choice
from domain.claim.commands import (
    AssessClaim,
    CompleteClaimDelegation,
    DelegateClaim,
    DispatchClaim,
    ReceiveClaimDocument,
    SettleClaimDelegation,
)
from domain.claim.guards import check_not_approved, check_open, check_reported
from domain.claim.refusals import (
    DelegatedToItself,
    DelegationNotCompleted,
    DelegationToldOtherwise,
    NoSuchDelegation,
)
from domain.claim.state import Claim, Delegation
from domain.envelope import Event
from domain.telling import Situation, says_the_same, tell, tell_unless

# Work by a branch of another province, of this one, or where the insurer has none.
RELATIONS = ("inter_branch", "intra_province", "no_branch_region")


def dispatch(claim: Claim, command: DispatchClaim, situation: Situation) -> tuple[Event, ...]:
    """Send a surveyor; another one may follow."""
    check_open(claim, command)
    is_so = claim.dispatched is not None and says_the_same(command, claim.dispatched)
    return tell_unless(is_so, command, now=situation.now)


def delegate(claim: Claim, command: DelegateClaim, situation: Situation) -> tuple[Event, ...]:
    """Have another branch survey or assess."""
    check_open(claim, command)
    check_choice(command, field="kind", known=("survey", "assessment"))
    check_choice(command, field="relation", known=RELATIONS)
    check_not_negative(command, field="fee_due")
    if command.from_unit == command.to_unit:
        raise DelegatedToItself(
            originator_id=command.originator_id,
            delegation_id=command.delegation_id,
            unit=command.to_unit,
        )
    known = claim.delegations.get(command.delegation_id)
    if known is not None and not says_the_same(command, known.delegated):
        raise DelegationToldOtherwise(
            originator_id=command.originator_id, delegation_id=command.delegation_id
        )
    return tell_unless(known is not None, command, now=situation.now)


def complete_delegation(
    claim: Claim, command: CompleteClaimDelegation, situation: Situation
) -> tuple[Event, ...]:
    """Tell that the other branch has done its work; again, when its documents have become complete."""
    known = delegation_of(claim, command)
    is_so = known.completed is not None and known.completed.documents_complete == command.documents_complete
    return tell_unless(is_so, command, now=situation.now)


def settle_delegation(
    claim: Claim, command: SettleClaimDelegation, situation: Situation
) -> tuple[Event, ...]:
    """Pay the other branch its fee, once."""
    known = delegation_of(claim, command)
    check_not_negative(command, field="amount")
    if known.completed is None:
        raise DelegationNotCompleted(originator_id=command.originator_id, delegation_id=command.delegation_id)
    if known.settled is not None and known.settled.amount != command.amount:
        raise DelegationToldOtherwise(
            originator_id=command.originator_id, delegation_id=command.delegation_id
        )
    return tell_unless(known.settled is not None, command, now=situation.now)


def delegation_of(claim: Claim, command: CompleteClaimDelegation | SettleClaimDelegation) -> Delegation:
    """Find a delegation by its id, on a claim that may be over: branches settle among themselves."""
    check_reported(claim, command)
    known = claim.delegations.get(command.delegation_id)
    if known is None:
        raise NoSuchDelegation(originator_id=command.originator_id, delegation_id=command.delegation_id)
    return known


def receive_document(claim: Claim, command: ReceiveClaimDocument, situation: Situation) -> tuple[Event, ...]:
    """Take a document in."""
    check_open(claim, command)
    return tell_unless(command.kind in claim.documents, command, now=situation.now)


def assess(claim: Claim, command: AssessClaim, situation: Situation) -> tuple[Event, ...]:
    """Say what the loss is worth by the terms, as long as it is not finally approved."""
    check_open(claim, command)
    check_not_negative(command, field="amount")
    if claim.assessed == command.amount:
        return ()
    check_not_approved(claim, command)
    return (tell(command, now=situation.now),)
