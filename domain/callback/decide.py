"""Decisions on a callback: scheduled, suppressed, attempted, answered, cancelled; what expired is over."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from domain.callback.commands import (
    AnswerCallback,
    AttemptCallback,
    CancelCallback,
    RecordCallbackFinding,
    ScheduleCallback,
    SettleDueCallback,
    SuppressCallback,
)
from domain.callback.due import has_expired_before, settle
from domain.callback.events import CallbackScheduled
from domain.callback.refusals import (
    CallbackAnsweredOtherwise,
    CallbackDueInThePast,
    CallbackIsOver,
    CallbackNotScheduled,
    CallbackOfAnotherCustomer,
    CallbackOfNobody,
    CallbackScheduledOtherwise,
    CustomerNotReached,
    ScoreWithoutScale,
)
from domain.callback.state import Callback
from domain.callback.suppression import suppressed
from domain.checks import check_choice, check_score
from domain.customer.contact import CALLBACK_CHANNEL, REASONS
from domain.customer.events import CustomerContacted
from domain.customer.person import customer_stream
from domain.envelope import Event
from domain.telling import (
    Command,
    Situation,
    moment_of,
    says_the_same,
    tell,
    tell_as,
    tell_unless,
)


def decide(callback: Callback, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError."""
    if isinstance(command, SettleDueCallback):
        return settle(callback, command, situation)
    if has_expired_before(callback, command, situation):
        # Nothing more is told of an expired callback, so that the job may tell of the expiry when it runs.
        callback = replace(callback, end="expired")
    return DECISIONS[type(command)](callback, of_its_customer(callback, command), situation)


def of_its_customer(callback: Callback, command: Command) -> Command:
    """Fill in the callback's customer; refuse another one."""
    known, asked = callback.customer_id, command.customer_id
    if known is not None and asked not in (None, known):
        raise CallbackOfAnotherCustomer(
            originator_id=command.originator_id, customer_id=known, asked=str(asked)
        )
    return replace(command, customer_id=asked or known)


def schedule(callback: Callback, command: ScheduleCallback, situation: Situation) -> tuple[Event, ...]:
    """Have a customer called; whoever is not to be called by the due moment is on record with the reason."""
    if callback.scheduled is not None and says_the_same(command, callback.scheduled):
        return ()
    check_not_over(callback, command)
    check_schedule(callback, command, situation)
    customer_id = customer_to_call(command)
    kept = suppressed(
        command,
        customer_id=customer_id,
        purpose=command.purpose,
        at=command.due_at or moment_of(command, now=situation.now),
        situation=situation,
    )
    return (tell(command, now=situation.now), *kept)


def check_schedule(callback: Callback, command: ScheduleCallback, situation: Situation) -> None:
    """Refuse a due moment that is past, and anything but another moment for what was not tried yet."""
    moment = moment_of(command, now=situation.now)
    if command.due_at is not None and command.due_at < moment:
        raise CallbackDueInThePast(
            originator_id=command.originator_id, due_at=command.due_at, occurred_at=moment
        )
    known = callback.scheduled
    asked = (command.purpose, command.subject_id)
    if known is not None and (callback.attempts or (known.purpose, known.subject_id) != asked):
        raise CallbackScheduledOtherwise(originator_id=command.originator_id)


def suppress(callback: Callback, command: SuppressCallback, situation: Situation) -> tuple[Event, ...]:
    """Keep a callback from being made, by one of the reasons that the rules know."""
    check_scheduled(callback, command)
    check_choice(command, field="reason", known=tuple(REASONS.values()))
    if callback.end == "suppressed":
        return ()
    check_not_over(callback, command)
    return (tell(command, now=situation.now),)


def attempt(callback: Callback, command: AttemptCallback, situation: Situation) -> tuple[Event, ...]:
    """Call the customer, whose own stream keeps the contact for the caps; or say why they are not called."""
    scheduled = check_scheduled(callback, command)
    check_not_over(callback, command)
    customer_id = customer_to_call(command)
    carried = replace(command, campaign_id=scheduled.campaign_id or command.campaign_id)
    kept = suppressed(
        carried,
        customer_id=customer_id,
        purpose=scheduled.purpose,
        at=moment_of(command, now=situation.now),
        situation=situation,
    )
    return kept or (
        tell(carried, now=situation.now),
        contacted(carried, customer_id=customer_id, purpose=scheduled.purpose, situation=situation),
    )


def contacted(
    command: AttemptCallback, *, customer_id: str, purpose: str, situation: Situation
) -> CustomerContacted:
    """Tell the customer's stream of the attempt, on a channel of its own so that it is counted once."""
    told = tell_as(CustomerContacted, command, now=situation.now, channel=CALLBACK_CHANNEL, purpose=purpose)
    return replace(told, originator_id=customer_stream(customer_id))


def answer(callback: Callback, command: AnswerCallback, situation: Situation) -> tuple[Event, ...]:
    """Tell what the customer answered, once."""
    check_answer(command)
    if callback.answered is not None:
        if not says_the_same(command, callback.answered):
            raise CallbackAnsweredOtherwise(originator_id=command.originator_id)
        return ()
    check_not_over(callback, command)
    check_reached(callback, command)
    return (tell(command, now=situation.now),)


def check_answer(command: AnswerCallback) -> None:
    """Refuse a score without its scale, or beyond it."""
    if (command.score is None) != (command.scale is None):
        raise ScoreWithoutScale(originator_id=command.originator_id, score=command.score, scale=command.scale)
    if command.score is not None and command.scale is not None:
        check_score(command.originator_id, score=command.score, best=command.scale)


def find(callback: Callback, command: RecordCallbackFinding, situation: Situation) -> tuple[Event, ...]:
    """Tell what the conversation brought to light, each finding once; also after the answer."""
    check_reached(callback, command)
    return tell_unless(command.finding in callback.findings, command, now=situation.now)


def cancel(callback: Callback, command: CancelCallback, situation: Situation) -> tuple[Event, ...]:
    """Call a callback off."""
    check_scheduled(callback, command)
    if callback.end == "cancelled":
        return ()
    check_not_over(callback, command)
    return (tell(command, now=situation.now),)


def check_scheduled(callback: Callback, command: Command) -> CallbackScheduled:
    """Refuse what comes before the scheduling; give the scheduling."""
    if callback.scheduled is None:
        raise CallbackNotScheduled(originator_id=command.originator_id)
    return callback.scheduled


def check_not_over(callback: Callback, command: Command) -> None:
    """Refuse work on a callback that is over."""
    if callback.end is not None:
        raise CallbackIsOver(originator_id=command.originator_id, how=callback.end)


def check_reached(callback: Callback, command: Command) -> None:
    """Refuse what only a customer who was reached can say."""
    if not callback.is_reached:
        raise CustomerNotReached(originator_id=command.originator_id)


def customer_to_call(command: Command) -> str:
    """Give the customer; refuse a callback of nobody."""
    if command.customer_id is None:
        raise CallbackOfNobody(originator_id=command.originator_id)
    return command.customer_id


DECISIONS: dict[type[Command], Callable[[Callback, Any, Situation], tuple[Event, ...]]] = {
    ScheduleCallback: schedule,
    SuppressCallback: suppress,
    AttemptCallback: attempt,
    AnswerCallback: answer,
    RecordCallbackFinding: find,
    CancelCallback: cancel,
}
