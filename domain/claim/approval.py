"""Decisions on approval: step by step by amount, nobody above their level, nor their own report."""

from decimal import Decimal

from domain.amounts import check_not_negative
from domain.claim.commands import ApproveClaim, RejectClaim, RequestClaimApproval
from domain.claim.events import ClaimApprovalRequested, ClaimApproved
from domain.claim.guards import check_not_approved, check_open, check_reported, day_of
from domain.claim.refusals import (
    AmountAboveEveryLevel,
    ApprovalNotRequested,
    ApprovalStepSkipped,
    ApprovedAboveOwnLevel,
    ApproverHasNoLevel,
    ClaimNotAssessed,
    DocumentsMissing,
    OwnReportNotApproved,
)
from domain.claim.state import NOTHING, Claim
from domain.envelope import Event
from domain.organisation.claim_rules import ApprovalLevels
from domain.organisation.claim_rules_in_force import approval_levels, document_list
from domain.organisation.rules import local_day
from domain.telling import Command, Situation, tell, tell_as


def approver(_: Claim, command: Command) -> tuple[str, ...]:
    """Name the stream of the agent who approves."""
    if isinstance(command, ApproveClaim) and command.agent_id is not None:
        return (f"agent-{command.agent_id}",)
    return ()


def request(claim: Claim, command: RequestClaimApproval, situation: Situation) -> tuple[Event, ...]:
    """Put an assessed claim to the next level: the lowest, or the one above the last that approved."""
    check_open(claim, command)
    check_not_approved(claim, command)
    check_assessed(claim, command)
    level = claim.requested or next_level(claim, levels_for(claim, command, situation))
    if level is None or command.level not in {None, level}:
        raise ApprovalStepSkipped(originator_id=command.originator_id, level=command.level, next_level=level)
    if claim.requested is not None:
        return ()
    return (tell_as(ClaimApprovalRequested, command, now=situation.now, level=level),)


def approve(claim: Claim, command: ApproveClaim, situation: Situation) -> tuple[Event, ...]:
    """Approve at the level that was asked: finally where it reaches so far, else the next one is asked."""
    check_open(claim, command)
    if any(_is_told_by(step, command) for step in claim.steps):
        return ()
    check_requested(claim, command)
    check_not_negative(command, field="amount")
    levels = levels_for(claim, command, situation)
    check_approver(claim, command, situation, levels=levels)
    check_documents(claim, command, situation)
    told = tell_as(
        ClaimApproved,
        command,
        now=situation.now,
        level=command.level,
        amount=command.amount,
        over_limit_amount=over_limit_part(claim, command),
        final=is_final(claim, command, levels=levels),
    )
    return (told,) if told.final else (told, requested_above(command, situation, levels=levels))


def reject(claim: Claim, command: RejectClaim, situation: Situation) -> tuple[Event, ...]:
    """Pay nothing, for a reason."""
    check_reported(claim, command)
    if claim.rejected is not None and claim.rejected.reason == command.reason:
        return ()
    check_open(claim, command)
    check_not_approved(claim, command)
    return (tell(command, now=situation.now),)


def is_final(claim: Claim, command: ApproveClaim, *, levels: ApprovalLevels) -> bool:
    """Say whether the level reaches all that would then be approved, so that amounts are not split."""
    level = levels.of_name(command.level)
    return level is not None and level.reaches(claim.approved + command.amount)


def over_limit_part(claim: Claim, command: ApproveClaim) -> Decimal:
    """Find how much of the amount is beyond the terms: above the assessment, and not counted before."""
    beyond = claim.approved + command.amount - check_assessed(claim, command)
    return min(max(beyond - claim.over_limit, NOTHING), command.amount)


def requested_above(
    command: ApproveClaim, situation: Situation, *, levels: ApprovalLevels
) -> ClaimApprovalRequested:
    """Ask the level above; refuse an amount that none reaches."""
    above = levels.above(command.level)
    if above is None:
        raise AmountAboveEveryLevel(
            originator_id=command.originator_id, level=command.level, amount=command.amount
        )
    return tell_as(ClaimApprovalRequested, command, now=situation.now, level=above.level)


def next_level(claim: Claim, levels: ApprovalLevels) -> str | None:
    """Find the level whose turn it is: above the last that approved; None above the highest."""
    above = levels.above(claim.steps[-1].level if claim.steps else None)
    return above.level if above else None


def levels_for(claim: Claim, command: Command, situation: Situation) -> ApprovalLevels:
    """Find the levels of the claim's line on the day of the command: who may do what today."""
    line = check_reported(claim, command).line
    return approval_levels(situation.rules, line=line, on=day_of(command, situation))


def check_assessed(claim: Claim, command: Command) -> Decimal:
    """Refuse to approve what was not assessed; give the assessment."""
    if claim.assessed is None:
        raise ClaimNotAssessed(originator_id=command.originator_id)
    return claim.assessed


def check_requested(claim: Claim, command: ApproveClaim) -> None:
    """Refuse the word of a level that was not asked."""
    if claim.requested != command.level:
        raise ApprovalNotRequested(
            originator_id=command.originator_id, level=command.level, requested=claim.requested
        )


def check_approver(
    claim: Claim, command: ApproveClaim, situation: Situation, *, levels: ApprovalLevels
) -> None:
    """Refuse an approval of one's own report, by somebody without a level, or above their level."""
    if command.agent_id is not None and command.agent_id == check_reported(claim, command).agent_id:
        raise OwnReportNotApproved(originator_id=command.originator_id, agent_id=command.agent_id)
    role = role_of(command, situation)
    own = levels.of_role(role)
    if own is None:
        raise ApproverHasNoLevel(
            originator_id=command.originator_id,
            agent_id=command.agent_id,
            role=role,
            levels=tuple(level.level for level in levels.levels),
        )
    if levels.height_of(command.level) > levels.height_of(own.level):
        raise ApprovedAboveOwnLevel(
            originator_id=command.originator_id,
            agent_id=command.agent_id,
            level=command.level,
            own_level=own.level,
        )


def role_of(command: ApproveClaim, situation: Situation) -> str | None:
    """Find the role of the agent who approves; None where they are not known, or have left."""
    agent = situation.others.get(f"agent-{command.agent_id}")
    return agent.role if agent is not None and agent.is_here else None


def check_documents(claim: Claim, command: ApproveClaim, situation: Situation) -> None:
    """Refuse to approve while documents are missing, by the list of the day of the report.

    The amount is what is claimed, or what is approved where that is more.
    """
    reported = check_reported(claim, command)
    day = local_day(reported.occurred_at, rules=situation.rules)
    amount = max(reported.amount_claimed or NOTHING, command.amount)
    needed = document_list(situation.rules, line=reported.line, on=day)
    missing = needed.missing(claim.documents, amount=amount)
    if missing:
        raise DocumentsMissing(originator_id=command.originator_id, amount=amount, missing=missing)


def _is_told_by(step: ClaimApproved, command: ApproveClaim) -> bool:
    told = (step.level, step.amount, step.agent_id)
    return told == (command.level, command.amount, command.agent_id)
