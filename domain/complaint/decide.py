"""Which decision answers which command on a complaint; what fell due by then is told first."""

from collections.abc import Callable
from typing import Any

from domain.complaint import disputes, handling, loop, raising
from domain.complaint.commands import (
    AppealComplaintLiability,
    ArbitrateComplaint,
    AssignComplaint,
    AttributeComplaintLiability,
    ChooseComplaintAsCase,
    CloseComplaint,
    EscalateComplaint,
    EscalateDueComplaint,
    FileComplaint,
    HandOverComplaint,
    ImposeComplaintPenalty,
    MeasureComplaintStage,
    PromiseComplaintSolution,
    ReclassifyComplaint,
    RecordComplaintFollowUp,
    ReopenComplaint,
    ReplyToComplaint,
    ResolveComplaint,
    ReviewComplaintReply,
)
from domain.complaint.escalation import escalations_due
from domain.complaint.ladders import on_ladder, resolving_unit
from domain.complaint.recording import call_it_came_by
from domain.complaint.state import Complaint, evolve
from domain.envelope import Event
from domain.telling import Command, Situation


def decide(complaint: Complaint, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError."""
    complaint = on_ladder(complaint, situation)
    due = escalations_due(complaint, command, situation)
    if isinstance(command, EscalateDueComplaint):
        return due
    for event in due:
        complaint = evolve(complaint, event)
    told = DECISIONS[type(command)](complaint, command, situation)
    return (*due, *told) if told else ()


def reads(complaint: Complaint, command: Command) -> tuple[str, ...]:
    """Name the streams of the unit that resolves the complaint and of the call that it is filed from."""
    return (*resolving_unit(complaint, command), *call_it_came_by(command))


DECISIONS: dict[type[Command], Callable[[Complaint, Any, Situation], tuple[Event, ...]]] = {
    FileComplaint: handling.file,
    AssignComplaint: handling.assign,
    HandOverComplaint: handling.hand_over,
    ReplyToComplaint: handling.reply,
    ReviewComplaintReply: handling.review_reply,
    PromiseComplaintSolution: handling.promise,
    EscalateComplaint: raising.escalate,
    ReclassifyComplaint: raising.reclassify,
    MeasureComplaintStage: disputes.measure_stage,
    AttributeComplaintLiability: disputes.attribute_liability,
    AppealComplaintLiability: disputes.appeal,
    ArbitrateComplaint: disputes.arbitrate,
    ResolveComplaint: handling.resolve,
    RecordComplaintFollowUp: loop.record_follow_up,
    ReopenComplaint: loop.reopen,
    CloseComplaint: loop.close,
    ImposeComplaintPenalty: disputes.impose_penalty,
    ChooseComplaintAsCase: handling.choose_as_case,
}
