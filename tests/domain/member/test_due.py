"""Points expire at the end of a day, once, at that moment, whoever asks and whenever."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.command_application import numbered
from domain.folding import fold_live
from domain.member import MemberPointsExpired
from domain.member.due import next_due
from domain.streams import MEMBER
from tests.domain.member.examples import (
    END_OF_FEBRUARY,
    LAST_MONTH,
    earn,
    earned,
    enrolled,
    redeem,
    redeemed,
    settle,
    with_overdraft,
)
from tests.examples import CUSTOMER, NOW, UNIT, YESTERDAY, rule, told
from tests.given import Given, given, said

MICROSECOND = timedelta(microseconds=1)

expiring = given(MEMBER, enrolled, earned("a", 100, expires_at=END_OF_FEBRUARY - timedelta(hours=9)))


def due_next(member: Given) -> datetime | None:
    """When something falls due next."""
    return next_due(fold_live(member.events, initial=MEMBER.initial, evolve=MEMBER.evolve), member.rules)


def test_expired_at_the_last_microsecond_of_the_day_recorded_now() -> None:
    (event,) = expiring.when(settle)
    assert said((event,)) == [("member.points_expired", {"lot_id": "a", "points": Decimal(100)})]
    assert (event.occurred_at, event.recorded_at) == (END_OF_FEBRUARY, NOW)


def test_expired_in_the_zone_of_the_programme() -> None:
    new_york = rule("programme", "club", '{"zone":"America/New_York"}')
    (event,) = expiring.under(new_york).when(settle)
    assert event.occurred_at == datetime(2026, 3, 1, 4, 59, 59, 999_999, tzinfo=UTC)


def test_expired_in_the_memberships_own_envelope() -> None:
    enrolled_at_unit = replace(enrolled, unit=UNIT)
    member = given(MEMBER, enrolled_at_unit, *expiring.events[1:])
    (event, *_) = member.when(
        replace(earn, lot_id="b", agent_id="desk:zhang", unit="desk:other", tier="gold")
    )
    assert (event.customer_id, event.unit, event.agent_id, event.tier) == (CUSTOMER, UNIT, None, "silver")


def test_not_expired_before_the_day_is_over() -> None:
    assert expiring.at(END_OF_FEBRUARY - MICROSECOND).when(settle) == ()
    assert len(expiring.at(END_OF_FEBRUARY).when(settle)) == 1


def test_expired_once() -> None:
    assert expiring.and_(settle).when(settle) == ()
    assert expiring.and_(settle).at(NOW + timedelta(days=900)).when(settle) == ()


def test_only_what_is_left_expires() -> None:
    early = replace(redeem, occurred_at=LAST_MONTH + timedelta(days=1))
    member = expiring.at(early.occurred_at).and_(early)
    assert said(member.at(NOW).when(settle)) == [
        ("member.points_expired", {"lot_id": "a", "points": Decimal(40)})
    ]


def test_a_lot_with_nothing_left_does_not_expire() -> None:
    early = replace(redeem, occurred_at=LAST_MONTH + timedelta(days=1), points=Decimal(100))
    assert expiring.at(early.occurred_at).and_(early).at(NOW).when(settle) == ()


def test_what_the_source_expired_itself_does_not_expire_again() -> None:
    theirs = told(
        MemberPointsExpired, at=END_OF_FEBRUARY + timedelta(hours=2), lot_id="a", points=Decimal(100)
    )
    assert given(MEMBER, *expiring.events, theirs).when(settle) == ()


def test_expired_in_order_of_due_moment_however_late_somebody_asks() -> None:
    lots = [
        earned("later", 10, expires_at=NOW + timedelta(days=9)),
        earned("sooner", 20, expires_at=NOW + timedelta(days=3)),
        earned("too", 30, expires_at=NOW + timedelta(days=3)),
    ]
    asleep = given(MEMBER, enrolled, *lots)
    awake = asleep.at(NOW + timedelta(days=4)).and_(settle).at(NOW + timedelta(days=10)).and_(settle)
    told_late = asleep.at(NOW + timedelta(days=40)).when(settle)
    told_daily = awake.events[len(asleep.events) :]
    assert said(told_late) == said(told_daily)
    assert [event.occurred_at for event in told_late] == [event.occurred_at for event in told_daily]
    assert [payload["lot_id"] for _, payload in said(told_late)] == ["sooner", "too", "later"]


def test_pending_points_do_not_expire_before_the_day_on_which_they_are_available() -> None:
    pending = earned("a", 10, available_at=NOW + timedelta(days=3), expires_at=NOW + timedelta(days=1))
    member = given(MEMBER, enrolled, pending)
    assert member.at(NOW + timedelta(days=2)).when(settle) == ()
    (event,) = member.at(NOW + timedelta(days=9)).when(settle)
    assert event.occurred_at == (NOW + timedelta(days=3)).replace(
        hour=15, minute=59, second=59, microsecond=999_999
    )


def test_told_before_what_is_asked() -> None:
    events = expiring.when(replace(earn, lot_id="b"))
    assert [event.TOPIC for event in events] == ["member.points_expired", "member.points_earned"]


def test_not_told_where_the_command_is_so_already() -> None:
    known = replace(earned("b", 100), customer_id=None)
    assert given(MEMBER, *expiring.events, known).when(replace(earn, lot_id="b")) == ()


def test_of_an_earning_told_after_it_has_expired_both_are_told() -> None:
    late = replace(earn, occurred_at=LAST_MONTH, expires_at=END_OF_FEBRUARY)
    events = given(MEMBER, enrolled).when(late)
    assert [(event.TOPIC, event.occurred_at) for event in events] == [
        ("member.points_earned", LAST_MONTH),
        ("member.points_expired", END_OF_FEBRUARY),
    ]


def test_points_that_settle_a_debt_do_not_expire() -> None:
    overdrawn = given(MEMBER, enrolled, redeemed("r1", 60, at=LAST_MONTH)).under(with_overdraft)
    member = given(MEMBER, *overdrawn.events, earned("a", 100, expires_at=END_OF_FEBRUARY))
    assert said(member.under(with_overdraft).when(settle)) == [
        ("member.points_expired", {"lot_id": "a", "points": Decimal(40)})
    ]


@pytest.mark.parametrize(("days", "is_due"), [(0, True), (-1, False)])
def test_next_due_is_when_asking_is_worth_it(days: int, is_due: bool) -> None:
    member = given(MEMBER, enrolled, earned("a", 10, at=YESTERDAY, expires_at=NOW + timedelta(days=30)))
    moment = due_next(member)
    assert moment is not None
    assert bool(member.at(moment + timedelta(days=days)).when(settle)) == is_due


def test_next_due_is_in_the_past_while_nobody_told_and_never_once_all_is_told() -> None:
    assert due_next(expiring) == END_OF_FEBRUARY
    assert due_next(expiring.and_(settle)) is None
    assert due_next(given(MEMBER, enrolled, earned("for ever", 1))) is None
    assert due_next(given(MEMBER, earned("a", 1, expires_at=datetime(9999, 12, 31, 23, tzinfo=UTC)))) is None


def test_next_due_counts_what_is_pending() -> None:
    pending = earned("a", 10, available_at=NOW + timedelta(days=3), expires_at=NOW + timedelta(days=5))
    assert due_next(given(MEMBER, enrolled, pending)) == (NOW + timedelta(days=5)).replace(
        hour=15, minute=59, second=59, microsecond=999_999
    )


def test_expiries_and_the_tiers_they_cost_are_told_the_same_by_whoever_sleeps() -> None:
    tiers = """{"zone":"UTC","qualification":{"by":"balance"},
        "tiers":[{"name":"silver"},{"name":"gold","threshold":25},{"name":"platinum","threshold":55}]}"""
    lots = [
        earned("sooner", 20, expires_at=NOW + timedelta(days=3)),
        earned("later", 20, expires_at=NOW + timedelta(days=9)),
        earned("last", 20, expires_at=NOW + timedelta(days=30)),
    ]
    asleep = given(MEMBER, enrolled, *lots).under(rule("programme", "club", tiers)).and_(settle)
    awake = asleep
    for days in range(40):
        awake = awake.at(NOW + timedelta(days=days)).and_(settle)
    told_daily = awake.events[len(asleep.events) :]
    told_late = numbered(asleep.at(NOW + timedelta(days=40)).when(settle), after=len(asleep.events))
    assert [replace(event, recorded_at=NOW) for event in told_late] == [
        replace(event, recorded_at=NOW) for event in told_daily
    ]
    assert [(event.TOPIC, event.tier) for event in told_late] == [
        ("member.points_expired", "platinum"),
        ("member.tier_changed", "platinum"),
        ("member.points_expired", "gold"),
        ("member.tier_changed", "gold"),
        ("member.points_expired", "silver"),
    ]
