"""What a claim has become: its state, and how every event of its stream changes it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

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
    ClaimRejected,
    ClaimReopened,
    ClaimReported,
    ClaimWithdrawn,
)
from domain.envelope import Event

NOTHING = Decimal(0)


class Delegation(msgspec.Struct, frozen=True, kw_only=True):
    """Work of another branch: as delegated, when done, and what was paid for it."""

    delegated: ClaimDelegated
    completed: ClaimDelegationCompleted | None = None
    settled: ClaimDelegationSettled | None = None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides what may happen next to a claim; a reopened one is approved afresh.

    steps: the approvals since the report or the last reopening. requested: the level that is asked now.
    approved, over_limit: sums of all final approvals; paid: of all payments.
    """

    reported: ClaimReported | None = None
    dispatched: ClaimDispatched | None = None
    delegations: dict[str, Delegation] = {}
    documents: frozenset[str] = frozenset()
    assessed: Decimal | None = None
    requested: str | None = None
    steps: tuple[ClaimApproved, ...] = ()
    approved: Decimal = NOTHING
    over_limit: Decimal = NOTHING
    paid: Decimal = NOTHING
    rejected: ClaimRejected | None = None
    is_withdrawn: bool = False
    is_notified: bool = False
    is_closed: bool = False

    @property
    def customer_id(self) -> str | None:
        """Whose claim it is, as reported."""
        return self.reported.customer_id if self.reported else None

    @property
    def is_approved(self) -> bool:
        """Whether the last step of approval is done."""
        return any(step.final for step in self.steps)

    @property
    def end(self) -> str | None:
        """How work on the claim ended; None while it goes on."""
        ends = {"closed": self.is_closed, "withdrawn": self.is_withdrawn, "rejected": bool(self.rejected)}
        return next((end for end, is_so in ends.items() if is_so), None)


def evolve(claim: Claim, event: Event) -> Claim:
    """Change the state by any event; those that decide nothing leave it as it is."""
    change = CHANGES.get(type(event))
    return change(claim, event) if change else claim


def _reported(claim: Claim, event: ClaimReported) -> Claim:
    return replace(claim, reported=claim.reported or event)


def _dispatched(claim: Claim, event: ClaimDispatched) -> Claim:
    return replace(claim, dispatched=event)


def _delegated(claim: Claim, event: ClaimDelegated) -> Claim:
    return _with_delegation(claim, claim.delegations.get(event.delegation_id) or Delegation(delegated=event))


def _delegation_completed(claim: Claim, event: ClaimDelegationCompleted) -> Claim:
    known = claim.delegations.get(event.delegation_id)
    return _with_delegation(claim, replace(known, completed=event)) if known else claim


def _delegation_settled(claim: Claim, event: ClaimDelegationSettled) -> Claim:
    known = claim.delegations.get(event.delegation_id)
    return _with_delegation(claim, replace(known, settled=event)) if known else claim


def _with_delegation(claim: Claim, delegation: Delegation) -> Claim:
    known = {**claim.delegations, delegation.delegated.delegation_id: delegation}
    return replace(claim, delegations=known)


def _document_received(claim: Claim, event: ClaimDocumentReceived) -> Claim:
    return replace(claim, documents=claim.documents | {event.kind})


def _assessed(claim: Claim, event: ClaimAssessed) -> Claim:
    return replace(claim, assessed=event.amount)


def _approval_requested(claim: Claim, event: ClaimApprovalRequested) -> Claim:
    return replace(claim, requested=event.level)


def _approved(claim: Claim, event: ClaimApproved) -> Claim:
    after = replace(claim, requested=None, steps=(*claim.steps, event))
    if not event.final:
        return after
    return replace(
        after,
        approved=claim.approved + event.amount,
        over_limit=claim.over_limit + event.over_limit_amount,
        is_notified=False,
    )


def _rejected(claim: Claim, event: ClaimRejected) -> Claim:
    return replace(claim, rejected=event, requested=None, is_notified=False)


def _paid(claim: Claim, event: ClaimPaid) -> Claim:
    return replace(claim, paid=claim.paid + event.amount)


def _customer_notified(claim: Claim, _: ClaimCustomerNotified) -> Claim:
    return replace(claim, is_notified=True)


def _withdrawn(claim: Claim, _: ClaimWithdrawn) -> Claim:
    return replace(claim, is_withdrawn=True, requested=None, is_notified=False)


def _closed(claim: Claim, _: ClaimClosed) -> Claim:
    return replace(claim, is_closed=True, requested=None)


def _reopened(claim: Claim, _: ClaimReopened) -> Claim:
    return replace(
        claim,
        requested=None,
        steps=(),
        rejected=None,
        is_withdrawn=False,
        is_notified=False,
        is_closed=False,
    )


CHANGES: dict[type[Event], Callable[[Claim, Any], Claim]] = {
    ClaimReported: _reported,
    ClaimDispatched: _dispatched,
    ClaimDelegated: _delegated,
    ClaimDelegationCompleted: _delegation_completed,
    ClaimDelegationSettled: _delegation_settled,
    ClaimDocumentReceived: _document_received,
    ClaimAssessed: _assessed,
    ClaimApprovalRequested: _approval_requested,
    ClaimApproved: _approved,
    ClaimRejected: _rejected,
    ClaimPaid: _paid,
    ClaimCustomerNotified: _customer_notified,
    ClaimWithdrawn: _withdrawn,
    ClaimClosed: _closed,
    ClaimReopened: _reopened,
}
