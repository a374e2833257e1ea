"""Decisions on the report of a loss: what may be taken online is a dated rule."""

from datetime import date

from domain.amounts import check_not_negative
from domain.claim.commands import ReportClaim
from domain.claim.guards import day_of
from domain.claim.refusals import (
    ClaimReportedOtherwise,
    LossNotYetHappened,
    OnlineClaimIncomplete,
    OnlineClaimTooLarge,
    OnlineClaimTooOld,
)
from domain.claim.state import Claim
from domain.envelope import Event
from domain.organisation.claim_rules_in_force import online_age_limit, online_limit
from domain.telling import Situation, says_the_same, tell

ONLINE = "online"


def report(claim: Claim, command: ReportClaim, situation: Situation) -> tuple[Event, ...]:
    """Take a loss down once."""
    if claim.reported is not None:
        return told_before(claim.reported, command)
    check_not_negative(command, field="amount_claimed")
    reported_on = day_of(command, situation)
    if command.loss_on is not None and command.loss_on > reported_on:
        raise LossNotYetHappened(
            originator_id=command.originator_id, loss_on=command.loss_on, reported_on=reported_on
        )
    if command.channel == ONLINE:
        check_online_amount(command, situation, on=reported_on)
        check_online_age(command, situation, on=reported_on)
    return (tell(command, now=situation.now),)


def told_before(reported: Event, command: ReportClaim) -> tuple[Event, ...]:
    """Take the same report for told; refuse another under its id."""
    if not says_the_same(command, reported):
        raise ClaimReportedOtherwise(originator_id=command.originator_id)
    return ()


def check_online_amount(command: ReportClaim, situation: Situation, *, on: date) -> None:
    """Refuse a claim above the online limit of the day, or of no amount."""
    limit = online_limit(situation.rules, on=on)
    if command.amount_claimed is None:
        raise OnlineClaimIncomplete(originator_id=command.originator_id, missing=("amount_claimed",))
    if command.amount_claimed > limit:
        raise OnlineClaimTooLarge(
            originator_id=command.originator_id,
            amount_claimed=command.amount_claimed,
            online_limit=limit,
        )


def check_online_age(command: ReportClaim, situation: Situation, *, on: date) -> None:
    """Refuse a claim older than the online age limit of the day, or of no known age while there is one."""
    days_limit = online_age_limit(situation.rules, on=on).days
    if days_limit is None:
        return
    if command.loss_on is None:
        raise OnlineClaimIncomplete(originator_id=command.originator_id, missing=("loss_on",))
    if (on - command.loss_on).days > days_limit:
        raise OnlineClaimTooOld(
            originator_id=command.originator_id,
            loss_on=command.loss_on,
            reported_on=on,
            days_limit=days_limit,
        )
