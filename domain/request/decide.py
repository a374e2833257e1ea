"""Decisions on a request: raised once, handed over and returned, in the end fulfilled or cancelled."""

from collections.abc import Callable
from typing import Any

from domain.amounts import check_not_negative
from domain.checks import check_choice
from domain.envelope import Event
from domain.request.commands import (
    CancelRequest,
    FulfilRequest,
    HandOverRequest,
    RaiseRequest,
    ReturnRequest,
)
from domain.request.refusals import (
    RequestIsOver,
    RequestMomentHasPassed,
    RequestNotHandedOver,
    RequestNotRaised,
    RequestRaisedOtherwise,
)
from domain.request.state import Request
from domain.telling import Command, Situation, moment_of, says_the_same, tell, tell_unless

# What is asked for that is neither complaint nor claim.
REQUEST_KINDS = (
    "order",
    "address_change",
    "mailbox",
    "paper_hold",
    "policy_service",
    "line_fault",
    "installation",
    "offer_hand_over",
    "venue_booking",
    "cancellation",
)


def decide(request: Request, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError."""
    if not isinstance(command, RaiseRequest) and request.raised is None:
        raise RequestNotRaised(originator_id=command.originator_id)
    return DECISIONS[type(command)](request, command, situation)


def raise_request(request: Request, command: RaiseRequest, situation: Situation) -> tuple[Event, ...]:
    """Take a request down once."""
    if request.raised is not None:
        return told_before(request.raised, command)
    check_choice(command, field="kind", known=REQUEST_KINDS)
    check_not_negative(command, field="amount")
    for field in ("due_at", "until"):
        check_still_ahead(command, field=field, situation=situation)
    return (tell(command, now=situation.now),)


def told_before(raised: Event, command: RaiseRequest) -> tuple[Event, ...]:
    """Take the same request for told; refuse another under its id."""
    if not says_the_same(command, raised):
        raise RequestRaisedOtherwise(originator_id=command.originator_id)
    return ()


def hand_over(request: Request, command: HandOverRequest, situation: Situation) -> tuple[Event, ...]:
    """Give the request to a unit that has to do it."""
    check_open(request, command)
    return tell_unless(request.with_unit == command.to_unit, command, now=situation.now)


def return_request(request: Request, command: ReturnRequest, situation: Situation) -> tuple[Event, ...]:
    """Send the request back undone; with another reason only after it was handed over again."""
    check_open(request, command)
    if request.returned is not None and request.returned.reason == command.reason:
        return ()
    if request.with_unit is None:
        raise RequestNotHandedOver(originator_id=command.originator_id)
    return (tell(command, now=situation.now),)


def fulfil(request: Request, command: FulfilRequest, situation: Situation) -> tuple[Event, ...]:
    """Tell that it is done, whoever did it."""
    check_not_negative(command, field="amount")
    return come_out(request, command, situation)


def cancel(request: Request, command: CancelRequest, situation: Situation) -> tuple[Event, ...]:
    """Tell that it is not wanted any more, or cannot be."""
    return come_out(request, command, situation)


def come_out(request: Request, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Give the request its one outcome; the same again is so already."""
    outcome = request.outcome
    if outcome is not None and type(outcome) is command.EVENT and says_the_same(command, outcome):
        return ()
    check_open(request, command)
    return (tell(command, now=situation.now),)


def check_open(request: Request, command: Command) -> None:
    """Refuse work on a request that has its outcome."""
    if request.outcome is not None:
        raise RequestIsOver(originator_id=command.originator_id, outcome=request.outcome.TOPIC)


def check_still_ahead(command: RaiseRequest, *, field: str, situation: Situation) -> None:
    """Refuse a request that is due, or over, before it is raised."""
    moment = getattr(command, field)
    raised_at = moment_of(command, now=situation.now)
    if moment is not None and moment <= raised_at:
        raise RequestMomentHasPassed(
            originator_id=command.originator_id, field=field, moment=moment, occurred_at=raised_at
        )


DECISIONS: dict[type[Command], Callable[[Request, Any, Situation], tuple[Event, ...]]] = {
    RaiseRequest: raise_request,
    HandOverRequest: hand_over,
    ReturnRequest: return_request,
    FulfilRequest: fulfil,
    CancelRequest: cancel,
}
