"""A callback is scheduled, attempted, answered or called off; each refusal is named."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.callback import CallbackAnswered, CallbackCancelled, CallbackExpired, CallbackSuppressed
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
from domain.callback.state import Callback, evolve
from domain.checks import ScoreOutOfRange, UnknownChoice
from domain.customer import CustomerContacted
from domain.customer.state import Customer
from domain.envelope import Event
from domain.folding import fold_live
from domain.streams import CALLBACK
from domain.telling import Command
from tests.domain.callback.examples import (
    DUE,
    answer,
    attempt,
    cancel,
    find,
    reached,
    schedule,
    scheduled,
    suppress,
    unreached,
)
from tests.examples import CUSTOMER, CUSTOMER_ID, NOW, registered, told
from tests.given import Given, given, payload, said

KNOWN = {CUSTOMER_ID: Customer(registered=registered)}
ENDS = {
    "answered": told(CallbackAnswered, satisfied=True),
    "suppressed": told(CallbackSuppressed, reason="contact_cap"),
    "cancelled": told(CallbackCancelled),
    "expired": told(CallbackExpired),
}


def callback(*events: Event) -> Given:
    """A callback with these events, to a customer who may be called."""
    return given(CALLBACK, *events).beside(KNOWN)


def test_scheduled() -> None:
    assert said(callback().when(schedule)) == [("callback.scheduled", payload(scheduled))]


def test_scheduled_again_is_so_already() -> None:
    assert callback().and_(schedule).when(schedule) == ()


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_scheduled_again_is_so_already_also_where_it_is_over(end: Event) -> None:
    assert callback(scheduled, reached, end).when(schedule) == ()


def test_scheduled_for_another_moment_before_anybody_tried() -> None:
    later = replace(schedule, due_at=DUE + timedelta(days=1))
    assert said(callback(scheduled).when(later)) == [
        ("callback.scheduled", {**payload(scheduled), "due_at": later.due_at})
    ]


def test_refused_to_schedule_for_another_moment_after_an_attempt() -> None:
    later = replace(schedule, due_at=DUE + timedelta(days=1))
    callback(scheduled, unreached).when_refused(later, CallbackScheduledOtherwise)


@pytest.mark.parametrize("other", [{"purpose": "survey"}, {"subject_id": None}])
def test_refused_to_schedule_for_something_else(other: dict[str, str | None]) -> None:
    callback(scheduled).when_refused(replace(schedule, **other), CallbackScheduledOtherwise)


def test_refused_to_schedule_what_is_due_already() -> None:
    past = replace(schedule, due_at=NOW - timedelta(seconds=1))
    refused = callback().when_refused(past, CallbackDueInThePast)
    assert (refused.due_at, refused.occurred_at) == (past.due_at, NOW)


def test_refused_to_schedule_for_nobody() -> None:
    callback().when_refused(replace(schedule, customer_id=None), CallbackOfNobody)


@pytest.mark.parametrize(
    "command", [schedule, attempt, answer, cancel], ids=lambda command: type(command).__name__
)
def test_refused_for_another_customer(command: Command) -> None:
    other = replace(command, customer_id="p:somebody")
    refused = callback(scheduled, reached).when_refused(other, CallbackOfAnotherCustomer)
    assert (refused.customer_id, refused.asked) == (CUSTOMER, "p:somebody")


@pytest.mark.parametrize("is_reached", [True, False])
def test_attempted_and_the_customers_own_stream_keeps_the_contact(is_reached: bool) -> None:
    tried, contact = callback(scheduled).when(replace(attempt, reached=is_reached))
    assert said((tried, contact)) == [
        ("callback.attempted", {"reached": is_reached}),
        ("customer.contacted", {"channel": "callback", "purpose": "satisfaction"}),
    ]
    assert isinstance(contact, CustomerContacted)
    assert (contact.originator_id, contact.customer_id) == (CUSTOMER_ID, CUSTOMER)
    assert tried.occurred_at == contact.occurred_at == NOW


def test_attempted_carries_the_campaign_it_was_scheduled_for() -> None:
    for_spring = replace(scheduled, campaign_id="desk:spring")
    assert {event.campaign_id for event in callback(for_spring).when(attempt)} == {"desk:spring"}


def test_attempted_again_and_again_until_it_is_over() -> None:
    assert len(callback(scheduled, unreached, unreached).when(attempt)) == 2


def test_refused_to_attempt_a_callback_imported_without_a_customer() -> None:
    given(CALLBACK, replace(scheduled, customer_id=None)).when_refused(attempt, CallbackOfNobody)


def test_answered() -> None:
    told_events = callback(scheduled, reached).when(replace(answer, score=Decimal(5), scale=5))
    assert said(told_events) == [("callback.answered", {"satisfied": True, "score": Decimal(5), "scale": 5})]


def test_answered_again_is_so_already() -> None:
    assert callback(scheduled, reached).and_(answer).when(answer) == ()


def test_refused_to_answer_otherwise() -> None:
    callback(scheduled, reached).and_(answer).when_refused(
        replace(answer, satisfied=False), CallbackAnsweredOtherwise
    )


@pytest.mark.parametrize("command", [answer, find], ids=lambda command: type(command).__name__)
def test_refused_of_a_customer_who_was_not_reached(command: Command) -> None:
    callback(scheduled, unreached).when_refused(command, CustomerNotReached)


def test_refused_a_score_without_its_scale_and_beyond_it() -> None:
    story = callback(scheduled, reached)
    refused = story.when_refused(replace(answer, score=Decimal(5)), ScoreWithoutScale)
    assert (refused.score, refused.scale) == (Decimal(5), None)
    story.when_refused(replace(answer, scale=5), ScoreWithoutScale)
    story.when_refused(replace(answer, score=Decimal(6), scale=5), ScoreOutOfRange)


@pytest.mark.parametrize("events", [(reached,), (reached, ENDS["answered"])], ids=["reached", "answered"])
def test_found_each_finding_once(events: tuple[Event, ...]) -> None:
    story = callback(scheduled, *events)
    assert said(story.when(find)) == [("callback.found", {"finding": "wrong_policy_number"})]
    assert story.and_(find).when(find) == ()
    assert len(story.and_(find).when(replace(find, finding="other"))) == 1


def test_suppressed_by_hand_for_a_reason_that_the_rules_know() -> None:
    story = callback(scheduled)
    assert said(story.when(suppress)) == [("callback.suppressed", {"reason": "consent_refused"})]
    assert story.and_(suppress).when(suppress) == ()
    refused = story.when_refused(replace(suppress, reason="lazy"), UnknownChoice)
    assert (refused.field, "contact_cap" in refused.known) == ("reason", True)


def test_cancelled() -> None:
    assert said(callback(scheduled).when(cancel)) == [("callback.cancelled", {})]
    assert callback(scheduled).and_(cancel).when(cancel) == ()


@pytest.mark.parametrize("command", [attempt, suppress, cancel], ids=lambda command: type(command).__name__)
def test_refused_before_the_scheduling(command: Command) -> None:
    callback().when_refused(replace(command, customer_id=CUSTOMER), CallbackNotScheduled)


@pytest.mark.parametrize(
    ("command", "how"),
    [
        (command, how)
        for command in (attempt, suppress, cancel, answer, replace(schedule, due_at=DUE + timedelta(days=1)))
        for how in ENDS
        if (command, how) not in ((suppress, "suppressed"), (cancel, "cancelled"), (answer, "answered"))
    ],
    ids=lambda command: command if isinstance(command, str) else type(command).__name__,
)
def test_refused_once_it_is_over(command: Command, how: str) -> None:
    story = callback(scheduled, reached, ENDS[how])
    assert story.when_refused(command, CallbackIsOver).how == how


def state_after(*events: Event) -> Callback:
    return fold_live(callback(*events).events, initial=Callback(), evolve=evolve)


def test_valid_is_reached_and_answered() -> None:
    assert not state_after(scheduled, reached).is_valid
    assert not state_after(scheduled, unreached, ENDS["answered"]).is_valid
    assert state_after(scheduled, reached, unreached, ENDS["answered"]).is_valid
