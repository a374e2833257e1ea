"""Decisions on the way of a complaint: filing, assigning, passing on, replying, promising, resolving."""

from domain.checks import check_choice
from domain.complaint.commands import (
    AssignComplaint,
    ChooseComplaintAsCase,
    FileComplaint,
    HandOverComplaint,
    PromiseComplaintSolution,
    ReplyToComplaint,
    ResolveComplaint,
    ReviewComplaintReply,
)
from domain.complaint.guards import check_filed, check_open
from domain.complaint.raising import one_level_up
from domain.complaint.recording import check_recorded
from domain.complaint.refusals import ComplaintFiledOtherwise, NoReplyToReview, PromiseIsInThePast
from domain.complaint.state import Complaint
from domain.envelope import Event
from domain.telling import Situation, moment_of, says_the_same, tell, tell_unless


def file(complaint: Complaint, command: FileComplaint, situation: Situation) -> tuple[Event, ...]:
    """Take a complaint down once."""
    check_choice(command, field="kind", known=("external", "internal"))
    if complaint.filed is None:
        check_recorded(command, situation)
        return (tell(command, now=situation.now),)
    if not says_the_same(command, complaint.filed):
        raise ComplaintFiledOtherwise(originator_id=command.originator_id)
    return ()


def assign(complaint: Complaint, command: AssignComplaint, situation: Situation) -> tuple[Event, ...]:
    """Say which unit answers, by when."""
    check_open(complaint, command)
    is_so = complaint.assigned is not None and says_the_same(command, complaint.assigned)
    return tell_unless(is_so and complaint.with_unit == command.to_unit, command, now=situation.now)


def hand_over(complaint: Complaint, command: HandOverComplaint, situation: Situation) -> tuple[Event, ...]:
    """Pass the complaint on to another unit, which takes it one level up."""
    check_open(complaint, command)
    if complaint.with_unit == command.to_unit:
        return ()
    return (
        tell(command, now=situation.now),
        *one_level_up(complaint, command, situation, reason="passed_on"),
    )


def reply(complaint: Complaint, command: ReplyToComplaint, situation: Situation) -> tuple[Event, ...]:
    """Tell that the unit answered."""
    check_open(complaint, command)
    return tell_unless(complaint.reply == "waiting", command, now=situation.now)


def review_reply(
    complaint: Complaint, command: ReviewComplaintReply, situation: Situation
) -> tuple[Event, ...]:
    """Accept the reply or return it."""
    check_open(complaint, command)
    if complaint.reply == ("accepted" if command.accepted else "returned"):
        return ()
    if complaint.reply != "waiting":
        raise NoReplyToReview(originator_id=command.originator_id, reply=complaint.reply)
    return (tell(command, now=situation.now),)


def promise(
    complaint: Complaint, command: PromiseComplaintSolution, situation: Situation
) -> tuple[Event, ...]:
    """Promise the customer a solution by a moment."""
    check_open(complaint, command)
    moment = moment_of(command, now=situation.now)
    if command.solution_due_at <= moment:
        raise PromiseIsInThePast(
            originator_id=command.originator_id,
            solution_due_at=command.solution_due_at,
            occurred_at=moment,
        )
    promised = complaint.promise
    is_so = promised is not None and promised.due_at == command.solution_due_at
    return tell_unless(is_so, command, now=situation.now)


def resolve(complaint: Complaint, command: ResolveComplaint, situation: Situation) -> tuple[Event, ...]:
    """Put a solution to the customer."""
    check_open(complaint, command)
    return tell_unless(complaint.outcome == command.outcome, command, now=situation.now)


def choose_as_case(
    complaint: Complaint, command: ChooseComplaintAsCase, situation: Situation
) -> tuple[Event, ...]:
    """Make the complaint a case of a library, once per library."""
    check_filed(complaint, command)
    return tell_unless(command.library in complaint.libraries, command, now=situation.now)
