"""A request is raised once, handed over, returned, and has one outcome; each refusal is named."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.amounts import AmountNegative
from domain.checks import UnknownChoice
from domain.request import RequestCancelled, RequestFulfilled
from domain.request.decide import REQUEST_KINDS
from domain.request.refusals import (
    RequestIsOver,
    RequestMomentHasPassed,
    RequestNotHandedOver,
    RequestNotRaised,
    RequestRaisedOtherwise,
)
from domain.streams import REQUEST
from domain.telling import Command
from tests.domain.request.examples import cancel, fulfil, hand_over, handed_over, raise_, send_back
from tests.examples import CUSTOMER, NOW, YESTERDAY, raised, told
from tests.given import given, payload, said

WORK = (hand_over, send_back, fulfil, cancel)


def test_raised() -> None:
    (event,) = given(REQUEST).when(raise_)
    assert payload(event) == {**payload(raised), "due_at": NOW + timedelta(hours=2)}
    assert (event.customer_id, event.occurred_at) == (CUSTOMER, NOW)


@pytest.mark.parametrize("kind", REQUEST_KINDS)
def test_raised_of_every_kind(kind: str) -> None:
    assert given(REQUEST).when(replace(raise_, kind=kind))


def test_raised_with_the_same_content_is_so_already_even_when_it_is_overdue() -> None:
    assert given(REQUEST).and_(raise_).at(NOW + timedelta(days=60)).when(raise_) == ()


def test_refused_to_raise_with_other_content() -> None:
    given(REQUEST).and_(raise_).when_refused(replace(raise_, kind="order"), RequestRaisedOtherwise)


def test_refused_to_raise_of_an_unknown_kind() -> None:
    refused = given(REQUEST).when_refused(replace(raise_, kind="wish"), UnknownChoice)
    assert (refused.field, refused.value, refused.known) == ("kind", "wish", REQUEST_KINDS)


@pytest.mark.parametrize("field", ["due_at", "until"])
def test_refused_to_raise_what_is_due_or_over_by_then(field: str) -> None:
    refused = given(REQUEST).when_refused(replace(raise_, **{field: NOW}), RequestMomentHasPassed)
    assert (refused.field, refused.moment, refused.occurred_at) == (field, NOW, NOW)


def test_raised_late_what_was_due_after_it_was_asked_for() -> None:
    assert given(REQUEST).when(replace(raise_, occurred_at=YESTERDAY, due_at=NOW))


def test_refused_an_amount_below_zero() -> None:
    refused = given(REQUEST).when_refused(replace(raise_, amount=Decimal(-1)), AmountNegative)
    assert (refused.field, refused.amount) == ("amount", Decimal(-1))
    given(REQUEST, raised).when_refused(replace(fulfil, amount=Decimal(-1)), AmountNegative)


@pytest.mark.parametrize("command", WORK, ids=lambda command: type(command).__name__)
def test_refused_before_it_is_raised(command: Command) -> None:
    given(REQUEST).when_refused(command, RequestNotRaised)


@pytest.mark.parametrize("command", [hand_over, send_back, cancel], ids=lambda asked: type(asked).__name__)
def test_refused_once_it_is_fulfilled(command: Command) -> None:
    done = given(REQUEST, raised, handed_over, told(RequestFulfilled))
    assert done.when_refused(command, RequestIsOver).outcome == "request.fulfilled"


@pytest.mark.parametrize("command", [hand_over, send_back, fulfil], ids=lambda asked: type(asked).__name__)
def test_refused_once_it_is_cancelled(command: Command) -> None:
    gone = given(REQUEST, raised, handed_over, told(RequestCancelled, reason="moved_away"))
    assert gone.when_refused(command, RequestIsOver).outcome == "request.cancelled"


def test_handed_over() -> None:
    assert said(given(REQUEST, raised).when(hand_over)) == [
        ("request.handed_over", {"to_unit": "desk:depot-8"})
    ]


def test_handed_over_to_the_unit_that_has_it_is_so_already() -> None:
    assert given(REQUEST, raised).and_(hand_over).when(hand_over) == ()


def test_returned() -> None:
    assert said(given(REQUEST, raised).and_(hand_over).when(send_back)) == [
        ("request.returned", {"reason": "wrong_address"})
    ]


def test_returned_for_the_same_reason_is_so_already() -> None:
    assert given(REQUEST, raised).and_(hand_over).and_(send_back).when(send_back) == ()


def test_handed_over_again_after_it_was_returned_and_returned_again() -> None:
    again = given(REQUEST, raised).and_(hand_over).and_(send_back).and_(hand_over)
    assert len(again.events) == 4
    assert again.when(send_back)


def test_refused_to_return_what_no_unit_has() -> None:
    given(REQUEST, raised).when_refused(send_back, RequestNotHandedOver)
    returned = given(REQUEST, raised).and_(hand_over).and_(send_back)
    returned.when_refused(replace(send_back, reason="too_far"), RequestNotHandedOver)


def test_fulfilled() -> None:
    assert said(given(REQUEST, raised).when(replace(fulfil, amount=Decimal(36)))) == [
        ("request.fulfilled", {"amount": Decimal(36)})
    ]


def test_fulfilled_the_same_is_so_already() -> None:
    assert given(REQUEST, raised).and_(fulfil).when(fulfil) == ()


def test_refused_to_fulfil_again_for_another_amount() -> None:
    other = replace(fulfil, amount=Decimal(1))
    given(REQUEST, raised).and_(fulfil).when_refused(other, RequestIsOver)


def test_cancelled() -> None:
    assert said(given(REQUEST, raised).when(cancel)) == [("request.cancelled", {"reason": "moved_away"})]


def test_cancelled_the_same_is_so_already() -> None:
    assert given(REQUEST, raised).and_(cancel).when(cancel) == ()


def test_the_first_outcome_told_stands() -> None:
    told_twice = (raised, told(RequestFulfilled), told(RequestCancelled, reason="x"))
    assert given(REQUEST, *told_twice).when(fulfil) == ()
