"""A call is offered once, has one outcome, and only an answered one is transferred, ends and is rated."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.call import CallAbandoned, CallFlowedOut, CallRated
from domain.call.refusals import (
    CallHasItsOutcome,
    CallIsOver,
    CallNotAnswered,
    CallNotOffered,
    CallToldOtherwise,
)
from domain.checks import ScoreOutOfRange, UnknownChoice
from domain.streams import CALL
from domain.telling import Command
from tests.domain.call.examples import (
    abandon,
    answer,
    end,
    flow_out,
    handle,
    offer,
    press,
    queue,
    rate,
    review,
    transfer,
)
from tests.examples import CUSTOMER, answered, ended, offered, told
from tests.given import given, payload, said

AFTER_OFFER = (queue, answer, abandon, flow_out, transfer, handle, press, end, rate, review)


def test_offered() -> None:
    (event,) = given(CALL).when(offer)
    assert payload(event) == payload(offered)
    assert (event.customer_id, event.tier) == (CUSTOMER, "gold")


def test_offered_with_the_same_content_is_so_already() -> None:
    assert given(CALL, offered).when(offer) == ()


def test_refused_to_offer_with_other_content() -> None:
    assert (
        given(CALL, offered).when_refused(replace(offer, queue="x"), CallToldOtherwise).told == "call.offered"
    )


def test_refused_to_offer_in_an_unknown_direction() -> None:
    assert given(CALL).when_refused(replace(offer, direction="up"), UnknownChoice).known == (
        "inbound",
        "outbound",
    )


@pytest.mark.parametrize("command", AFTER_OFFER, ids=lambda command: type(command).__name__)
def test_refused_before_the_offer(command: Command) -> None:
    given(CALL).when_refused(command, CallNotOffered)


def test_queued_each_time() -> None:
    assert said(given(CALL, offered).and_(queue).when(queue)) == [("call.queued", {"queue": "motor"})]


@pytest.mark.parametrize(
    ("command", "told_event"),
    [
        (answer, ("call.answered", {"wait_ms": 19_500, "ring_ms": 2_000})),
        (abandon, ("call.abandoned", {"wait_ms": 5_000})),
        (flow_out, ("call.flowed_out", {"kind": "voicemail", "wait_ms": 5_000})),
    ],
)
def test_answered_abandoned_or_flowed_out(command: Command, told_event: tuple[str, object]) -> None:
    assert said(given(CALL, offered).when(command)) == [told_event]


@pytest.mark.parametrize("command", [answer, abandon, flow_out])
def test_the_same_outcome_is_so_already(command: Command) -> None:
    assert given(CALL, offered).and_(command).when(command) == ()


def test_refused_the_same_outcome_with_other_content() -> None:
    given(CALL, offered).and_(abandon).when_refused(replace(abandon, wait_ms=1), CallToldOtherwise)


@pytest.mark.parametrize("command", [queue, abandon, flow_out])
def test_refused_another_outcome(command: Command) -> None:
    refused = given(CALL, offered, answered).when_refused(command, CallHasItsOutcome)
    assert (refused.outcome, refused.asked) == ("call.answered", command.EVENT.TOPIC)


def test_refused_to_flow_out_in_an_unknown_way() -> None:
    given(CALL, offered).when_refused(replace(flow_out, kind="drain"), UnknownChoice)


def test_transferred_each_time() -> None:
    assert said(given(CALL, offered, answered).and_(transfer).when(transfer)) == [
        ("call.transferred", {"to_queue": "property"})
    ]


@pytest.mark.parametrize("command", [transfer, press])
def test_refused_after_the_end(command: Command) -> None:
    given(CALL, offered, answered, ended).when_refused(command, CallIsOver)


@pytest.mark.parametrize("command", [transfer, end, rate])
@pytest.mark.parametrize("outcome", [told(CallAbandoned, wait_ms=1), told(CallFlowedOut, kind="overflow")])
def test_refused_of_a_call_that_nobody_answered(
    command: Command, outcome: CallAbandoned | CallFlowedOut
) -> None:
    given(CALL, offered, outcome).when_refused(command, CallNotAnswered)


def test_handled_for_several_purposes() -> None:
    other = replace(handle, purpose="complaint", subject_id="complaint-desk:1")
    assert said(given(CALL, offered).and_(handle).when(other)) == [
        ("call.handled_for", {"purpose": "complaint", "subject_id": "complaint-desk:1"})
    ]


def test_handled_for_the_same_purpose_is_so_already() -> None:
    assert given(CALL, offered).and_(handle).when(handle) == ()


def test_every_press_of_the_complaint_key_counts() -> None:
    assert said(given(CALL, offered).and_(press).when(press)) == [("call.complaint_key_pressed", {})]


def test_ended() -> None:
    assert said(given(CALL, offered, answered).when(end)) == [("call.ended", payload(ended))]


def test_ended_with_the_same_durations_is_so_already() -> None:
    assert given(CALL, offered, answered, ended).when(end) == ()


def test_refused_to_end_with_other_durations() -> None:
    given(CALL, offered, answered, ended).when_refused(replace(end, talk_ms=1), CallToldOtherwise)


def test_rated_and_rated_otherwise() -> None:
    story = given(CALL, offered, answered).and_(rate)
    assert said(story.when(replace(rate, score=Decimal(1)))) == [
        ("call.rated", {"score": Decimal(1), "scale": 5})
    ]


def test_rated_the_same_is_so_already() -> None:
    rated = told(CallRated, score=Decimal("4.0000"), scale=5)
    assert given(CALL, offered, answered, rated).when(rate) == ()


@pytest.mark.parametrize("score", [Decimal("5.0001"), Decimal(-1)])
def test_refused_a_rating_beyond_the_scale(score: Decimal) -> None:
    refused = given(CALL, offered, answered).when_refused(replace(rate, score=score), ScoreOutOfRange)
    assert (refused.score, refused.best) == (score, Decimal(5))


def test_reviewed_each_time() -> None:
    assert said(given(CALL, offered).and_(review).when(review)) == [
        ("call.reviewed", {"kind": "entry", "score": Decimal(90), "out_of": Decimal(100)})
    ]


def test_refused_a_review_of_an_unknown_kind_or_beyond_its_points() -> None:
    given(CALL, offered).when_refused(replace(review, kind="mood"), UnknownChoice)
    given(CALL, offered).when_refused(replace(review, score=Decimal(101)), ScoreOutOfRange)
