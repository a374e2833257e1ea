"""What several decisions on a claim ask first: is it reported, does work on it go on, which day is it."""

from datetime import date

from domain.claim.events import ClaimReported
from domain.claim.refusals import ClaimIsApproved, ClaimIsOver, ClaimNotReported
from domain.claim.state import Claim
from domain.organisation.rules import local_day
from domain.telling import Command, Situation, moment_of


def check_reported(claim: Claim, command: Command) -> ClaimReported:
    """Refuse what comes before the report; give the report."""
    if claim.reported is None:
        raise ClaimNotReported(originator_id=command.originator_id)
    return claim.reported


def check_open(claim: Claim, command: Command) -> ClaimReported:
    """Refuse work on a claim that is not reported, or is over; give the report."""
    reported = check_reported(claim, command)
    if claim.end is not None:
        raise ClaimIsOver(originator_id=command.originator_id, end=claim.end)
    return reported


def check_not_approved(claim: Claim, command: Command) -> None:
    """Refuse what would change a final approval."""
    if claim.is_approved:
        raise ClaimIsApproved(originator_id=command.originator_id, approved=claim.approved)


def day_of(command: Command, situation: Situation) -> date:
    """Find the day of a command in the organisation's zone."""
    return local_day(moment_of(command, now=situation.now), rules=situation.rules)
