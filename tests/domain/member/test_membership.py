"""A membership is enrolled once and ends once; its points end with it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.checks import UnknownChoice
from domain.member import MemberTierChanged
from domain.member.ledger import ledger_of
from domain.member.proof import proof
from domain.member.refusals import (
    ClosedBeforeItsLastEvent,
    EndsInThePast,
    MemberEnrolledOtherwise,
    MemberIsClosed,
    MemberNotEnrolled,
    NotAnExtension,
)
from domain.member.terms import terms_of
from domain.streams import MEMBER
from domain.telling import Command
from tests.domain.member.examples import (
    END_OF_FEBRUARY,
    change_tier,
    close,
    draw,
    earned,
    enrol,
    enrolled,
    entitle,
    extend_tier,
    gold_until,
    redeem,
    refund,
    reverse,
    settle,
    with_overdraft,
    with_tiers,
)
from tests.examples import NOW, YESTERDAY
from tests.given import given, payload, said


def test_enrolled() -> None:
    (event,) = given(MEMBER).when(enrol)
    assert (event.TOPIC, payload(event), event.tier) == ("member.enrolled", {"programme": "club"}, "silver")


def test_enrolled_again_is_so_already() -> None:
    assert given(MEMBER).and_(enrol).when(enrol) == ()


def test_refused_another_enrolment() -> None:
    refused = given(MEMBER).and_(enrol).when_refused(replace(enrol, tier="gold"), MemberEnrolledOtherwise)
    assert (refused.programme, refused.tier) == ("club", "silver")


def test_refused_a_programme_that_is_not_configured_where_others_are() -> None:
    refused = given(MEMBER).under(with_tiers).when_refused(replace(enrol, programme="clubb"), UnknownChoice)
    assert (refused.field, refused.known) == ("programme", ("club",))


def test_refused_a_tier_that_the_programme_does_not_have() -> None:
    refused = given(MEMBER).under(with_tiers).when_refused(replace(enrol, tier="tin"), UnknownChoice)
    assert (refused.field, refused.known) == ("tier", ["silver", "gold"])


def test_a_tier_is_given_by_hand() -> None:
    assert said(given(MEMBER, enrolled).when(change_tier)) == [
        ("member.tier_changed", {"from_tier": "silver", "to_tier": "gold", "reason": "granted"})
    ]


def test_a_tier_given_again_is_so_already_until_another_end_is_named() -> None:
    member = given(MEMBER, enrolled).and_(change_tier)
    assert member.when(change_tier) == ()
    (event,) = member.when(replace(change_tier, until=NOW + timedelta(days=1)))
    assert isinstance(event, MemberTierChanged)
    assert (event.from_tier, event.until) == ("gold", NOW + timedelta(days=1))


def test_refused_a_tier_that_the_programme_does_not_have_by_hand() -> None:
    member = given(MEMBER, enrolled).under(with_tiers)
    assert member.when_refused(replace(change_tier, to_tier="tin"), UnknownChoice).field == "to_tier"


def test_refused_a_tier_whose_end_is_over() -> None:
    over = replace(change_tier, until=NOW)
    assert given(MEMBER, enrolled).when_refused(over, EndsInThePast).until == NOW


def test_a_tier_is_extended_and_extended_so_already() -> None:
    member = given(MEMBER, enrolled, gold_until)
    assert said(member.when(extend_tier)) == [("member.tier_extended", {"until": extend_tier.until})]
    assert member.and_(extend_tier).when(extend_tier) == ()


def test_refused_an_extension_to_an_earlier_end_or_of_no_end() -> None:
    sooner = replace(extend_tier, until=NOW + timedelta(days=1))
    refused = given(MEMBER, enrolled, gold_until).when_refused(sooner, NotAnExtension)
    assert (refused.tier, refused.ends) == ("gold", gold_until.until)
    assert given(MEMBER, enrolled).when_refused(extend_tier, NotAnExtension).ends is None


def test_closed_what_is_available_expires_and_what_is_pending_is_taken_back() -> None:
    pending = earned("b", 30, available_at=NOW + timedelta(days=1))
    member = given(MEMBER, enrolled, earned("a", 100), pending).and_(redeem)
    assert said(member.when(close)) == [
        ("member.points_expired", {"lot_id": "a", "points": Decimal(40)}),
        ("member.points_reversed", {"lot_id": "b", "of": "b", "points": Decimal(30)}),
        ("member.closed", {}),
    ]


def test_closed_after_what_fell_due_before() -> None:
    member = given(MEMBER, enrolled, earned("a", 100, expires_at=END_OF_FEBRUARY))
    told = member.when(close)
    assert [(event.TOPIC, event.occurred_at) for event in told] == [
        ("member.points_expired", END_OF_FEBRUARY),
        ("member.closed", NOW),
    ]


def test_closed_with_a_debt_which_stays_on_record() -> None:
    member = given(MEMBER, enrolled, earned("a", 50)).under(with_overdraft).and_(redeem).and_(close)
    ledger = ledger_of(member.events, terms_of(member.rules, "club"))
    assert (ledger.owed, ledger.totals.balance, proof(ledger)) == (10, -10, [])


def test_closed_again_is_so_already() -> None:
    assert given(MEMBER, enrolled).and_(close).when(close) == ()


def test_refused_to_close_before_the_last_event() -> None:
    early = replace(close, occurred_at=YESTERDAY - timedelta(days=1))
    refused = given(MEMBER, enrolled, earned("a", 1, at=YESTERDAY)).when_refused(
        early, ClosedBeforeItsLastEvent
    )
    assert (refused.occurred_at, refused.last_event_at) == (early.occurred_at, YESTERDAY)


def test_refused_to_close_what_never_began() -> None:
    assert given(MEMBER).when_refused(close, MemberNotEnrolled).originator_id == close.originator_id


@pytest.mark.parametrize(
    "command",
    [draw, refund, reverse, change_tier, extend_tier, entitle],
    ids=lambda command: type(command).__name__,
)
def test_refused_before_the_enrolment_and_after_the_end(command: Command) -> None:
    assert given(MEMBER).when_refused(command, MemberNotEnrolled).originator_id == command.originator_id
    ended = given(MEMBER, enrolled).and_(close)
    assert ended.when_refused(command, MemberIsClosed).originator_id == command.originator_id


def test_nothing_falls_due_in_what_never_began() -> None:
    assert given(MEMBER).when(settle) == ()
