"""Points are spent out of lots in order, below zero only where allowed, and come back where they were."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.member.ledger import ledger_of
from domain.member.proof import proof
from domain.member.refusals import (
    DrawsExceedRedemption,
    LotCannotGive,
    MemberIsClosed,
    MemberNotEnrolled,
    NoSuchRedemption,
    NotEnoughPoints,
    PointsNotPositive,
    RedemptionToldOtherwise,
)
from domain.member.terms import terms_of
from domain.streams import MEMBER
from tests.domain.member.examples import (
    END_OF_FEBRUARY,
    LAST_MONTH,
    SOON,
    close,
    draw,
    drawn,
    draws,
    earn,
    earned,
    enrolled,
    redeem,
    redeemed,
    refund,
    refunds,
    three_lots,
    with_overdraft,
)
from tests.examples import NOW, YESTERDAY, rule
from tests.given import given, said

in_order_of_earning = rule("programme", "club", '{"draws":"first_in_first_out"}')


def test_redeemed_with_its_draws_in_one_decision() -> None:
    events = given(MEMBER, enrolled, earned("a", 100)).when(redeem)
    assert said(events) == [
        ("member.points_redeemed", {"redemption_id": "r1", "points": Decimal(60), "venue": "gift"}),
        ("member.points_drawn", {"redemption_id": "r1", "lot_id": "a", "points": Decimal(60)}),
    ]
    assert {event.occurred_at for event in events} == {NOW}


def test_drawn_by_earliest_expiry_by_default() -> None:
    spend = replace(redeem, points=Decimal(120))
    assert draws(three_lots, spend) == [("soon", 50), ("later", 50), ("never", 20)]


def test_drawn_first_in_first_out_where_the_programme_says_so() -> None:
    spend = replace(redeem, points=Decimal(120))
    assert draws(three_lots.under(in_order_of_earning), spend) == [("later", 50), ("never", 50), ("soon", 20)]


def test_of_one_expiry_the_lot_earned_first_is_drawn_first() -> None:
    # Both expire at the end of one day in Shanghai, the second lot's moment is the earlier one.
    first = earned("first", 50, expires_at=SOON)
    second = earned("second", 50, at=YESTERDAY, expires_at=SOON - timedelta(hours=1))
    assert draws(given(MEMBER, enrolled, first, second), redeem) == [("first", 50), ("second", 10)]


def test_the_order_is_that_of_the_programme_on_the_day() -> None:
    from_march = rule("programme", "club", '{"draws":"first_in_first_out"}', valid_from=date(2026, 3, 6))
    by_expiry = rule("programme", "club", "{}")
    member = three_lots.under(by_expiry, from_march)
    assert draws(member, redeem) == [("soon", 50), ("later", 10)]
    assert draws(member.at(NOW + timedelta(days=1)), redeem) == [("later", 50), ("never", 10)]


def test_redeemed_again_is_so_already() -> None:
    assert given(MEMBER, enrolled, earned("a", 100)).and_(redeem).when(redeem) == ()


def test_refused_the_same_redemption_with_other_content() -> None:
    member = given(MEMBER, enrolled, earned("a", 100)).and_(redeem)
    refused = member.when_refused(replace(redeem, points=Decimal(61)), RedemptionToldOtherwise)
    assert refused.redemption_id == "r1"


def test_refused_more_than_is_available() -> None:
    pending = earned("b", 30, available_at=SOON)
    refused = given(MEMBER, enrolled, earned("a", 59), pending).when_refused(redeem, NotEnoughPoints)
    assert (refused.points, refused.available, refused.pending, refused.owed) == (60, 59, 30, 0)


def test_pending_points_are_spent_from_the_moment_they_are_available() -> None:
    member = given(MEMBER, enrolled, earned("a", 100, available_at=SOON))
    assert member.at(SOON - timedelta(microseconds=1)).when_refused(redeem, NotEnoughPoints).available == 0
    assert draws(member.at(SOON), redeem) == [("a", 60)]


def test_overdrawn_where_the_programme_allows_it() -> None:
    member = given(MEMBER, enrolled, earned("a", 50)).under(with_overdraft)
    assert draws(member, redeem) == [("a", 50), ("overdraft", 10)]


def test_refused_what_is_owed_already_where_the_programme_no_longer_allows_it() -> None:
    member = given(MEMBER, enrolled, earned("a", 50)).under(with_overdraft).and_(redeem).under()
    refused = member.when_refused(replace(redeem, redemption_id="r2"), NotEnoughPoints)
    assert (refused.available, refused.owed) == (0, 10)


def test_what_is_owed_is_settled_by_the_next_earning() -> None:
    overdrawn = given(MEMBER, enrolled, earned("a", 50)).under(with_overdraft).and_(redeem)
    member = overdrawn.at(NOW + timedelta(hours=1)).and_(replace(earn, lot_id="b"))
    spend = replace(redeem, redemption_id="r2", points=Decimal(90))
    assert draws(member, spend) == [("b", 90)]
    refused = member.under().when_refused(replace(spend, points=Decimal(91)), NotEnoughPoints)
    assert (refused.available, refused.owed) == (90, 0)


def test_refused_without_a_membership_and_after_its_end() -> None:
    assert given(MEMBER).when_refused(redeem, MemberNotEnrolled).originator_id == redeem.originator_id
    ended = given(MEMBER, enrolled, earned("a", 100)).and_(close)
    assert ended.when_refused(redeem, MemberIsClosed).originator_id == redeem.originator_id


def test_refused_no_points() -> None:
    none = replace(redeem, points=Decimal(0))
    assert given(MEMBER, enrolled, earned("a", 1)).when_refused(none, PointsNotPositive).points == 0


def test_redeemed_late_only_what_the_lot_held_ever_since() -> None:
    member = given(MEMBER, enrolled, earned("a", 100), redeemed("r9", 70), drawn("r9", "a", 70))
    back = replace(refund, redemption_id="r9")
    member = member.and_(back)
    late = replace(redeem, occurred_at=LAST_MONTH + timedelta(days=1))
    refused = member.when_refused(late, NotEnoughPoints)
    assert refused.available == 30
    assert draws(member, replace(late, points=Decimal(30))) == [("a", 30)]


def test_redeemed_late_nothing_of_a_lot_that_expired_since() -> None:
    member = given(MEMBER, enrolled, earned("a", 100, expires_at=END_OF_FEBRUARY))
    late = replace(redeem, occurred_at=LAST_MONTH + timedelta(days=1))
    assert member.when_refused(late, NotEnoughPoints).available == 0


def test_redeemed_ahead_of_the_clock_nothing_of_a_lot_that_expires_before() -> None:
    tonight = earned("a", 100, expires_at=NOW)
    member = given(MEMBER, enrolled, tonight, earned("b", 100))
    tomorrow = replace(redeem, occurred_at=NOW + timedelta(hours=23))
    assert draws(member, redeem) == [("a", 60)]
    assert draws(member, tomorrow) == [("b", 60)]


def test_drawn_as_a_person_says_for_an_imported_redemption() -> None:
    member = given(MEMBER, *three_lots.events, redeemed("r1", 60))
    told_draw = replace(draw, lot_id="never", points=Decimal(45))
    (event,) = member.when(told_draw)
    assert event.occurred_at == YESTERDAY
    member = member.and_(told_draw)
    # The other 15 are derived, in the programme's order, after what is told.
    assert refunds(member) == [("soon", 15), ("never", 45)]
    assert proof(ledger_of(member.events, terms_of(member.rules, "club"))) == []


def test_drawn_again_is_so_already() -> None:
    member = given(MEMBER, *three_lots.events, redeemed("r1", 60))
    told_draw = replace(draw, lot_id="never", points=Decimal(45))
    assert member.and_(told_draw).when(told_draw) == ()


def test_refused_to_draw_more_than_was_redeemed() -> None:
    member = given(MEMBER, *three_lots.events, redeemed("r1", 60)).and_(
        replace(draw, lot_id="never", points=Decimal(45))
    )
    more = replace(draw, lot_id="later", points=Decimal(16))
    refused = member.when_refused(more, DrawsExceedRedemption)
    assert (refused.points, refused.redeemed, refused.told) == (16, 60, 45)


@pytest.mark.parametrize("lot_id", ["soon", "pending", "unknown"])
def test_refused_to_draw_what_a_lot_does_not_have(lot_id: str) -> None:
    pending = earned("pending", 100, available_at=SOON)
    member = given(MEMBER, *three_lots.events, pending, redeemed("r1", 60))
    refused = member.when_refused(replace(draw, lot_id=lot_id, points=Decimal(51)), LotCannotGive)
    assert (refused.lot_id, refused.points) == (lot_id, 51)


def test_refused_to_draw_for_a_redemption_that_was_not_told() -> None:
    assert three_lots.when_refused(draw, NoSuchRedemption).redemption_id == "r1"
