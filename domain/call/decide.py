"""Decisions on a call: offered once, one outcome, then the conversation and what is thought of it."""

from collections.abc import Callable
from typing import Any

from domain.call.commands import (
    AbandonCall,
    AnswerCall,
    EndCall,
    FlowOutCall,
    HandleCallFor,
    OfferCall,
    PressCallComplaintKey,
    QueueCall,
    RateCall,
    ReviewCall,
    TransferCall,
)
from domain.call.events import CallAnswered
from domain.call.refusals import (
    CallHasItsOutcome,
    CallIsOver,
    CallNotAnswered,
    CallNotOffered,
    CallToldOtherwise,
)
from domain.call.state import Call
from domain.checks import check_choice, check_score
from domain.envelope import Event
from domain.telling import Command, Situation, says_the_same, tell, tell_unless

FLOW_KINDS = ("callback_requested", "voicemail", "overflow", "self_served")


def decide(call: Call, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError."""
    if not isinstance(command, OfferCall) and call.offered is None:
        raise CallNotOffered(originator_id=command.originator_id)
    return DECISIONS[type(command)](call, command, situation)


def offer(call: Call, command: OfferCall, situation: Situation) -> tuple[Event, ...]:
    """Tell a contact attempt once."""
    check_choice(command, field="direction", known=("inbound", "outbound"))
    return tell_once(call.offered, command, situation)


def queue(call: Call, command: QueueCall, situation: Situation) -> tuple[Event, ...]:
    """Let the call wait, before it has an outcome."""
    check_without_outcome(call, command)
    return (tell(command, now=situation.now),)


def answer(call: Call, command: AnswerCall, situation: Situation) -> tuple[Event, ...]:
    """Take the call."""
    return come_out(call, command, situation)


def abandon(call: Call, command: AbandonCall, situation: Situation) -> tuple[Event, ...]:
    """Tell that the caller hung up."""
    return come_out(call, command, situation)


def flow_out(call: Call, command: FlowOutCall, situation: Situation) -> tuple[Event, ...]:
    """Tell that the call left its queue another way."""
    check_choice(command, field="kind", known=FLOW_KINDS)
    return come_out(call, command, situation)


def transfer(call: Call, command: TransferCall, situation: Situation) -> tuple[Event, ...]:
    """Pass an answered call to another queue."""
    check_answered(call, command)
    check_not_over(call, command)
    return (tell(command, now=situation.now),)


def handle_for(call: Call, command: HandleCallFor, situation: Situation) -> tuple[Event, ...]:
    """Name one purpose the call was handled for."""
    is_so = (command.purpose, command.subject_id) in call.purposes
    return tell_unless(is_so, command, now=situation.now)


def press_complaint_key(
    call: Call, command: PressCallComplaintKey, situation: Situation
) -> tuple[Event, ...]:
    """Tell that the complaint key was pressed; every press counts."""
    check_not_over(call, command)
    return (tell(command, now=situation.now),)


def end(call: Call, command: EndCall, situation: Situation) -> tuple[Event, ...]:
    """Tell the durations of an answered call."""
    check_answered(call, command)
    return tell_once(call.ended, command, situation)


def rate(call: Call, command: RateCall, situation: Situation) -> tuple[Event, ...]:
    """Tell how the caller rated; a caller may change their mind."""
    check_answered(call, command)
    check_score(command.originator_id, score=command.score, best=command.scale)
    is_so = call.rated is not None and says_the_same(command, call.rated)
    return tell_unless(is_so, command, now=situation.now)


def review(_: Call, command: ReviewCall, situation: Situation) -> tuple[Event, ...]:
    """Score the agent's talk or entry."""
    check_choice(command, field="kind", known=("talk", "entry"))
    check_score(command.originator_id, score=command.score, best=command.out_of)
    return (tell(command, now=situation.now),)


def come_out(call: Call, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Give the call its one outcome."""
    if call.outcome is None or type(call.outcome) is not command.EVENT:
        check_without_outcome(call, command)
    return tell_once(call.outcome, command, situation)


def tell_once(told: Event | None, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Tell what is told of a call once; the same again is so already, anything else is refused."""
    if told is None:
        return (tell(command, now=situation.now),)
    if not says_the_same(command, told):
        raise CallToldOtherwise(originator_id=command.originator_id, told=told.TOPIC)
    return ()


def check_without_outcome(call: Call, command: Command) -> None:
    """Refuse what comes before an outcome once there is one."""
    if call.outcome is not None:
        raise CallHasItsOutcome(
            originator_id=command.originator_id,
            outcome=call.outcome.TOPIC,
            asked=command.EVENT.TOPIC,
        )


def check_answered(call: Call, command: Command) -> None:
    """Refuse what only an answered call has."""
    if not isinstance(call.outcome, CallAnswered):
        raise CallNotAnswered(originator_id=command.originator_id)


def check_not_over(call: Call, command: Command) -> None:
    """Refuse what happens during a call once it has ended."""
    if call.ended is not None:
        raise CallIsOver(originator_id=command.originator_id)


DECISIONS: dict[type[Command], Callable[[Call, Any, Situation], tuple[Event, ...]]] = {
    OfferCall: offer,
    QueueCall: queue,
    AnswerCall: answer,
    AbandonCall: abandon,
    FlowOutCall: flow_out,
    TransferCall: transfer,
    HandleCallFor: handle_for,
    PressCallComplaintKey: press_complaint_key,
    EndCall: end,
    RateCall: rate,
    ReviewCall: review,
}
