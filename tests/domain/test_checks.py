"""Commands of every stream are refused what cannot be: moments ahead, without zone, negative, too fine."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from domain.call.commands import AbandonCall, OfferCall, RateCall
from domain.checks import (
    HappensTooFarAhead,
    MomentHasNoZone,
    NegativeDuration,
    NotMoreThanFourPlaces,
    check_amounts,
    check_moments,
)
from domain.complaint.commands import PromiseComplaintSolution
from tests.examples import CALL_ID, COMPLAINT_ID, NOW

NAIVE = datetime(2026, 3, 5)  # noqa: DTZ001  the very thing that is refused
DAY = timedelta(days=1)


@pytest.mark.parametrize("occurred_at", [None, NOW - 400 * DAY, NOW, NOW + DAY])
def test_a_moment_up_to_a_day_ahead_of_the_clock_is_taken(occurred_at: datetime | None) -> None:
    command = AbandonCall(originator_id=CALL_ID, occurred_at=occurred_at, wait_ms=0)
    check_moments(command, now=NOW)
    assert command.occurred_at == occurred_at


def test_refused_more_than_a_day_ahead_of_the_clock() -> None:
    command = AbandonCall(originator_id=CALL_ID, occurred_at=NOW + DAY + timedelta(microseconds=1), wait_ms=0)
    with pytest.raises(HappensTooFarAhead) as refused:
        check_moments(command, now=NOW)
    assert (refused.value.occurred_at, refused.value.now) == (command.occurred_at, NOW)


def test_refused_a_moment_without_zone_in_any_field() -> None:
    with pytest.raises(MomentHasNoZone) as refused:
        check_moments(AbandonCall(originator_id=CALL_ID, occurred_at=NAIVE, wait_ms=0), now=NOW)
    assert refused.value.field == "occurred_at"
    with pytest.raises(MomentHasNoZone) as refused:
        check_moments(PromiseComplaintSolution(originator_id=COMPLAINT_ID, solution_due_at=NAIVE), now=NOW)
    assert refused.value.field == "solution_due_at"


def test_refused_a_negative_duration() -> None:
    command = OfferCall(originator_id=CALL_ID, direction="inbound", hotline="1", channel="phone", ivr_ms=-1)
    with pytest.raises(NegativeDuration) as refused:
        check_amounts(command)
    assert (refused.value.field, refused.value.milliseconds) == ("ivr_ms", -1)


@pytest.mark.parametrize("score", ["0.00001", "NaN", "Infinity", "1E+40"])
def test_refused_a_number_that_four_places_cannot_hold(score: str) -> None:
    with pytest.raises(NotMoreThanFourPlaces) as refused:
        check_amounts(RateCall(originator_id=CALL_ID, score=Decimal(score), scale=5))
    assert str(refused.value.value) == score


def test_a_number_of_four_places_is_taken() -> None:
    command = RateCall(originator_id=CALL_ID, score=Decimal("1.2300000"), scale=5)
    check_amounts(command)
    assert command.score == Decimal("1.23")


def test_a_refusal_says_the_rule_and_every_value() -> None:
    refusal = NegativeDuration(originator_id=CALL_ID, field="wait_ms", milliseconds=-5)
    assert str(refusal) == (
        "A duration is zero or more milliseconds."
        " (originator_id = 'call-bank:AA0101/33116/990101', field = 'wait_ms', milliseconds = -5)"
    )
