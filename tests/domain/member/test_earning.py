"""Points are earned as lots, and an earning is undone out of whatever the member still has."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.member.commands import EarnMemberPoints
from domain.member.refusals import (
    LotEarnedOtherwise,
    LotExpiresTooSoon,
    LotIdIsReserved,
    MemberIsClosed,
    MemberNotEnrolled,
    NoSuchLot,
    PointsNotPositive,
    ReversalExceedsEarning,
    ReversedPointsAreSpent,
    UndoneBeforeItHappened,
)
from domain.streams import MEMBER
from tests.domain.member.examples import (
    END_OF_FEBRUARY,
    LAST_MONTH,
    close,
    club,
    earn,
    earned,
    enrolled,
    redeem,
    reverse,
    with_overdraft,
)
from tests.examples import NOW, YESTERDAY, rule
from tests.given import given, payload, said

with_pending = rule("programme", "club", '{"zone":"Asia/Shanghai","pending_days":7,"expiry":{"months":1}}')
spent = given(MEMBER, enrolled, earned("a", 100)).and_(redeem)


def taken(lot_id: str, points: int) -> tuple[str, dict[str, object]]:
    """A reversal of lot a, out of a lot."""
    return ("member.points_reversed", {"lot_id": lot_id, "of": "a", "points": Decimal(points)})


def test_earned_to_be_spent_at_once_and_for_ever_where_the_programme_says_nothing() -> None:
    assert said(given(MEMBER, enrolled).when(earn)) == [
        ("member.points_earned", {"lot_id": "a", "points": Decimal(100), "reason": "spend"})
    ]


def test_earned_on_31_january_for_a_month_expires_at_the_end_of_28_february_in_the_programmes_zone() -> None:
    # 31 January 23:30 in Shanghai, which is 15:30 in UTC.
    late = replace(earn, occurred_at=datetime(2026, 1, 31, 15, 30, tzinfo=UTC))
    month = rule("programme", "club", '{"zone":"Asia/Shanghai","expiry":{"months":1}}')
    earning, expiry = given(MEMBER, enrolled).under(month).when(late)
    assert payload(earning)["expires_at"] == END_OF_FEBRUARY
    assert said((expiry,)) == [("member.points_expired", {"lot_id": "a", "points": Decimal(100)})]
    assert expiry.occurred_at == END_OF_FEBRUARY


def test_earned_pending_until_the_start_of_a_day() -> None:
    (earning,) = given(MEMBER, enrolled).under(with_pending).when(earn)
    assert payload(earning)["available_at"] == datetime(2026, 3, 11, 16, tzinfo=UTC)
    assert payload(earning)["expires_at"] == datetime(2026, 4, 5, 15, 59, 59, 999_999, tzinfo=UTC)


def test_earned_with_moments_of_its_own_which_end_with_their_day() -> None:
    own = replace(earn, available_at=NOW + timedelta(days=1), expires_at=NOW + timedelta(days=2))
    (earning,) = given(MEMBER, enrolled).under(club).when(own)
    assert payload(earning)["available_at"] == NOW + timedelta(days=1)
    assert payload(earning)["expires_at"] == datetime(2026, 3, 7, 15, 59, 59, 999_999, tzinfo=UTC)


def test_earned_again_is_so_already_also_after_another_day() -> None:
    member = given(MEMBER, enrolled).under(with_pending).and_(earn)
    assert member.at(NOW + timedelta(days=3)).when(earn) == ()


@pytest.mark.parametrize(
    "other",
    [
        replace(earn, points=Decimal(101)),
        replace(earn, reason="gift"),
        replace(earn, expires_at=NOW + timedelta(days=1)),
    ],
)
def test_refused_the_same_lot_with_other_content(other: EarnMemberPoints) -> None:
    member = given(MEMBER, enrolled).and_(earn)
    assert member.when_refused(other, LotEarnedOtherwise).lot_id == "a"


@pytest.mark.parametrize("points", ["0", "-1"])
def test_refused_no_points(points: str) -> None:
    none = replace(earn, points=Decimal(points))
    assert given(MEMBER, enrolled).when_refused(none, PointsNotPositive).points == Decimal(points)


def test_refused_into_the_overdraft_lot() -> None:
    refused = given(MEMBER, enrolled).when_refused(replace(earn, lot_id="overdraft"), LotIdIsReserved)
    assert refused.lot_id == "overdraft"


def test_refused_to_expire_before_it_may_be_spent() -> None:
    own = replace(earn, available_at=NOW + timedelta(days=3), expires_at=NOW + timedelta(days=2))
    refused = given(MEMBER, enrolled).when_refused(own, LotExpiresTooSoon)
    assert (refused.lot_id, refused.available_at) == ("a", NOW + timedelta(days=3))
    assert refused.expires_at == datetime(2026, 3, 7, 15, 59, 59, 999_999, tzinfo=UTC)


def test_refused_before_the_enrolment_and_after_the_end() -> None:
    assert given(MEMBER).when_refused(earn, MemberNotEnrolled).originator_id == earn.originator_id
    ended = given(MEMBER, enrolled).and_(close)
    assert ended.when_refused(earn, MemberIsClosed).originator_id == earn.originator_id


def test_reversed_in_whole() -> None:
    member = given(MEMBER, enrolled, earned("a", 100))
    assert said(member.when(reverse)) == [taken("a", 100)]


def test_reversed_in_part_and_then_the_rest() -> None:
    part = replace(reverse, points=Decimal(30))
    member = given(MEMBER, enrolled, earned("a", 100)).and_(part)
    assert said(member.when(part)) == [taken("a", 30)]
    assert said(member.when(reverse)) == [taken("a", 70)]


def test_reversed_in_whole_again_is_so_already() -> None:
    assert given(MEMBER, enrolled, earned("a", 100)).and_(reverse).when(reverse) == ()


def test_reversed_while_pending() -> None:
    member = given(MEMBER, enrolled, earned("a", 100, available_at=NOW + timedelta(days=1)))
    assert said(member.when(reverse)) == [taken("a", 100)]


def test_reversed_though_partly_spent_out_of_other_lots_in_order() -> None:
    sooner = earned("c", 50, at=YESTERDAY, expires_at=NOW + timedelta(days=1))
    member = given(MEMBER, enrolled, earned("a", 100)).and_(redeem)
    member = given(MEMBER, *member.events, earned("b", 50, at=YESTERDAY), sooner)
    assert said(member.when(reverse)) == [
        taken("a", 40),
        taken("c", 50),
        taken("b", 10),
    ]


def test_refused_though_partly_spent_where_nothing_else_gives_it() -> None:
    refused = spent.when_refused(reverse, ReversedPointsAreSpent)
    assert (refused.of, refused.points, refused.drawn, refused.held) == ("a", 100, 60, 40)
    assert refused.available == 0


def test_pending_points_do_not_stand_in_for_spent_ones() -> None:
    pending = earned("b", 500, at=YESTERDAY, available_at=NOW + timedelta(days=1))
    member = given(MEMBER, *spent.events, pending)
    assert member.when_refused(reverse, ReversedPointsAreSpent).available == 0


def test_reversed_though_partly_spent_by_overdraft_where_the_programme_allows_it() -> None:
    member = spent.under(with_overdraft)
    assert said(member.when(reverse)) == [taken("a", 40), taken("overdraft", 60)]


def test_refused_more_than_was_earned() -> None:
    more = replace(reverse, points=Decimal(101))
    refused = given(MEMBER, enrolled, earned("a", 100)).when_refused(more, ReversalExceedsEarning)
    assert (refused.points, refused.earned, refused.reversed, refused.expired) == (101, 100, 0, 0)


def test_refused_what_was_taken_out_of_other_lots_already() -> None:
    member = given(MEMBER, *spent.events, earned("b", 500, at=YESTERDAY)).and_(reverse)
    refused = member.when_refused(replace(reverse, points=Decimal(1)), ReversalExceedsEarning)
    assert (refused.earned, refused.reversed) == (100, 100)


def test_refused_what_expired_since_and_nobody_gets_back() -> None:
    member = given(MEMBER, enrolled, earned("a", 100, expires_at=END_OF_FEBRUARY))
    refused = member.when_refused(replace(reverse, points=Decimal(100)), ReversalExceedsEarning)
    assert (refused.earned, refused.expired) == (100, 100)
    assert member.when(reverse) == ()


def test_what_was_spent_before_the_rest_expired_is_reversed() -> None:
    early = replace(redeem, occurred_at=LAST_MONTH + timedelta(days=1))
    member = given(MEMBER, enrolled, earned("a", 100, expires_at=END_OF_FEBRUARY))
    member = member.at(early.occurred_at).and_(early).at(NOW).under(with_overdraft)
    assert said(member.when(reverse)) == [
        ("member.points_expired", {"lot_id": "a", "points": Decimal(40)}),
        taken("overdraft", 60),
    ]


def test_refused_an_earning_that_was_not_told() -> None:
    assert given(MEMBER, enrolled).when_refused(reverse, NoSuchLot).of == "a"
    overdrawn = spent.under(with_overdraft).and_(reverse)
    assert overdrawn.when_refused(replace(reverse, of="overdraft"), NoSuchLot).of == "overdraft"


def test_refused_before_it_was_earned() -> None:
    early = replace(reverse, occurred_at=LAST_MONTH - timedelta(seconds=1))
    refused = given(MEMBER, enrolled, earned("a", 100)).when_refused(early, UndoneBeforeItHappened)
    assert (refused.what, refused.happened_at) == ("a", LAST_MONTH)
