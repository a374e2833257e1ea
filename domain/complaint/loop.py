"""Decisions that close the loop: the customer is asked, and the complaint closes or opens again."""

from domain.checks import check_choice
from domain.complaint.commands import CloseComplaint, RecordComplaintFollowUp, ReopenComplaint
from domain.complaint.escalation import is_followed_until_accepted
from domain.complaint.events import ComplaintReopened
from domain.complaint.guards import check_filed, rules_day
from domain.complaint.raising import graver_class, one_level_up
from domain.complaint.refusals import CustomerNotSatisfiedYet, PromiseWasBroken, UnreachedCannotAnswer
from domain.complaint.state import Complaint
from domain.envelope import Event
from domain.telling import Situation, moment_of, tell, tell_as, tell_unless


def record_follow_up(
    complaint: Complaint, command: RecordComplaintFollowUp, situation: Situation
) -> tuple[Event, ...]:
    """Tell what came of asking; a customer who was reached and says no reopens the complaint."""
    check_filed(complaint, command)
    check_choice(command, field="with_whom", known=("customer", "unit"))
    if not command.reached and command.resolved is not None:
        raise UnreachedCannotAnswer(originator_id=command.originator_id, resolved=command.resolved)
    told = tell(command, now=situation.now)
    has_failed = command.with_whom == "customer" and command.resolved is False
    return (told, *reopened_as_failed(complaint, command, situation)) if has_failed else (told,)


def reopened_as_failed(
    complaint: Complaint, command: RecordComplaintFollowUp, situation: Situation
) -> tuple[Event, ...]:
    """Reached and not resolved: it reopens, goes one level up, and counts towards a graver class."""
    return (
        tell_as(ComplaintReopened, command, now=situation.now),
        *one_level_up(complaint, command, situation, reason="not_resolved"),
        *graver_class(complaint, command, situation, failed=complaint.failed + 1),
    )


def close(complaint: Complaint, command: CloseComplaint, situation: Situation) -> tuple[Event, ...]:
    """Close after the customer said it is resolved, or after enough attempts without reaching."""
    check_filed(complaint, command)
    if complaint.is_closed:
        return ()
    if not complaint.is_confirmed:
        check_unreached_often_enough(complaint, command, situation)
    return (tell(command, now=situation.now),)


def check_unreached_often_enough(complaint: Complaint, command: CloseComplaint, situation: Situation) -> None:
    """Refuse to close without the customer's word before the limit, and ever after a broken promise."""
    limit = situation.rules.limit("unreached_limit", on=rules_day(complaint, situation))
    if complaint.unreached < limit:
        raise CustomerNotSatisfiedYet(
            originator_id=command.originator_id, unreached=complaint.unreached, unreached_limit=limit
        )
    if is_followed_until_accepted(complaint, at=moment_of(command, now=situation.now)):
        raise PromiseWasBroken(originator_id=command.originator_id, unreached=complaint.unreached)


def reopen(complaint: Complaint, command: ReopenComplaint, situation: Situation) -> tuple[Event, ...]:
    """Open a closed complaint again."""
    check_filed(complaint, command)
    return tell_unless(not complaint.is_closed, command, now=situation.now)
