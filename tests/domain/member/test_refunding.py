"""Points of a redemption come back to the lots that gave them, the last drawn first, also to expired ones."""

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from domain.folding import live_events
from domain.member.ledger import ledger_of
from domain.member.proof import proof
from domain.member.refusals import (
    NoSuchRedemption,
    RefundExceedsRedemption,
    UndoneBeforeItHappened,
)
from domain.member.terms import terms_of
from domain.streams import MEMBER
from tests.domain.member.examples import (
    END_OF_FEBRUARY,
    LAST_MONTH,
    draws,
    earn,
    earned,
    enrolled,
    redeem,
    redeemed,
    refund,
    refunds,
    settle,
    three_lots,
    with_overdraft,
)
from tests.examples import NOW, YESTERDAY
from tests.given import given, said


def test_refunded_in_whole_to_the_lots_it_was_drawn_from() -> None:
    member = three_lots.and_(replace(redeem, points=Decimal(120)))
    assert refunds(member) == [("never", 20), ("later", 50), ("soon", 50)]


def test_refunded_in_part_what_was_drawn_last_comes_back_first() -> None:
    member = three_lots.and_(replace(redeem, points=Decimal(120)))
    assert refunds(member, points=Decimal(30)) == [("never", 20), ("later", 10)]


def test_refunded_to_a_named_lot() -> None:
    member = three_lots.and_(replace(redeem, points=Decimal(120)))
    assert refunds(member, lot_id="soon", points=Decimal(5)) == [("soon", 5)]
    assert refunds(member, lot_id="soon") == [("soon", 50)]


def test_refunded_in_whole_again_is_so_already() -> None:
    member = three_lots.and_(redeem).and_(refund)
    assert member.when(refund) == ()


def test_refunded_what_is_owed_before_what_lots_gave() -> None:
    member = given(MEMBER, enrolled, earned("a", 50)).under(with_overdraft).and_(redeem)
    assert refunds(member, points=Decimal(15)) == [("overdraft", 10), ("a", 5)]


def test_refunded_of_an_imported_redemption_to_the_lots_derived_for_it() -> None:
    assert refunds(given(MEMBER, *three_lots.events, redeemed("r1", 60))) == [("later", 10), ("soon", 50)]


def test_refused_a_refund_of_more_than_is_left() -> None:
    member = three_lots.and_(redeem).and_(replace(refund, points=Decimal(20)))
    refused = member.when_refused(replace(refund, points=Decimal(41)), RefundExceedsRedemption)
    assert (refused.points, refused.redeemed, refused.refunded, refused.left) == (41, 60, 20, 40)
    of_lot = member.when_refused(replace(refund, lot_id="never", points=Decimal(1)), RefundExceedsRedemption)
    assert (of_lot.lot_id, of_lot.left) == ("never", 0)


def test_refused_a_refund_of_nothing_told() -> None:
    assert three_lots.when_refused(refund, NoSuchRedemption).redemption_id == "r1"


def test_refused_a_refund_before_the_redemption() -> None:
    early = replace(refund, occurred_at=YESTERDAY - timedelta(seconds=1))
    member = given(MEMBER, *three_lots.events, redeemed("r1", 60))
    assert member.when_refused(early, UndoneBeforeItHappened).happened_at == YESTERDAY


def test_refunded_to_a_lot_that_has_expired_since_may_be_spent_until_the_end_of_that_day() -> None:
    early = replace(redeem, occurred_at=LAST_MONTH + timedelta(days=1))
    member = given(MEMBER, enrolled, earned("a", 100, expires_at=END_OF_FEBRUARY))
    member = member.at(early.occurred_at).and_(early).at(NOW).and_(refund)
    end_of_day = NOW.replace(hour=15, minute=59, second=59, microsecond=999_999)
    assert draws(member.at(end_of_day - timedelta(microseconds=1)), replace(redeem, redemption_id="r2")) == [
        ("a", 60)
    ]
    (expiry,) = member.at(NOW + timedelta(days=9)).when(settle)
    assert (expiry.occurred_at, *said((expiry,))) == (
        end_of_day,
        ("member.points_expired", {"lot_id": "a", "points": Decimal(60)}),
    )


def test_refunded_late_to_what_it_drew_on_at_that_time() -> None:
    """What was owed then and was settled since comes back as owed, which the reading moves on."""
    overdrawn = given(MEMBER, enrolled).under(with_overdraft).at(YESTERDAY).and_(redeem)
    settled = overdrawn.at(NOW).and_(replace(earn, lot_id="b"))
    assert refunds(settled) == [("b", 60)]
    assert refunds(settled, occurred_at=YESTERDAY) == [("overdraft", 60)]
    late = settled.and_(replace(refund, occurred_at=YESTERDAY))
    ledger = ledger_of(live_events(late.events), terms_of(late.rules, "club"))
    assert (ledger.lots["b"].balance, ledger.owed, proof(ledger)) == (100, 0, [])


def test_refunded_late_no_more_than_is_left_now() -> None:
    member = given(MEMBER, enrolled, earned("a", 100)).at(YESTERDAY).and_(redeem)
    member = member.at(NOW).and_(replace(refund, points=Decimal(50)))
    late = replace(refund, occurred_at=YESTERDAY, points=Decimal(11))
    assert member.when_refused(late, RefundExceedsRedemption).left == 10
