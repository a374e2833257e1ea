"""Tiers in commands: reached and lost at their due moments, given, extended, and what they bring."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.member.commands import EarnMemberPoints, SettleDueMember
from domain.member.refusals import EndsInThePast, NotAnExtension, ReasonIsReserved
from domain.streams import MEMBER
from tests.domain.member.examples import change_tier, extend_tier, with_tiers
from tests.domain.member.programmes import BY_YEAR, TIERS, club, day, end, enrolled
from tests.examples import MEMBER_ID
from tests.given import Given, given, said

MARCH = day("2026-03-05")
lounge = {"kind": "airport_lounge", "quantity": 2, "term": {"day_of_year": "12-31"}}
gold_brings = [TIERS[0], {**TIERS[1], "entitlements": [lounge]}, TIERS[2]]
by_year = club(qualification=BY_YEAR)
by_year_with_lounge = club(qualification=BY_YEAR, tiers=gold_brings)

earn = EarnMemberPoints(originator_id=MEMBER_ID, lot_id="a", points=Decimal(1000), reason="spend")
settle = SettleDueMember(originator_id=MEMBER_ID)
give = replace(change_tier, to_tier="gold")
extend = replace(extend_tier, until=end("2028-06-30"))


@pytest.fixture
def member() -> Given:
    return given(MEMBER, enrolled()).under(by_year).at(MARCH)


def test_reached_told_with_the_earning_and_lost_at_the_end_of_the_next_year(member: Given) -> None:
    reached = member.and_(earn)
    assert said(reached.events)[2:] == [
        ("member.tier_changed", {"from_tier": "silver", "to_tier": "gold", "reason": "tier_reached"})
    ]
    (lost,) = reached.at(day("2029-01-01")).when(settle)
    assert said((lost,)) == [
        ("member.tier_changed", {"from_tier": "gold", "to_tier": "silver", "reason": "tier_not_kept"})
    ]
    assert (lost.occurred_at, lost.recorded_at) == (end("2027-12-31"), day("2029-01-01"))


def test_lost_before_the_next_command_is_decided(member: Given) -> None:
    told = member.and_(earn).at(day("2028-02-01")).when(replace(earn, lot_id="b", points=Decimal(1)))
    assert [event.TOPIC for event in told] == ["member.tier_changed", "member.points_earned"]


def test_reached_with_what_the_tier_brings(member: Given) -> None:
    told = member.under(by_year_with_lounge).when(earn)
    assert said(told)[2:] == [
        ("member.entitled", {"kind": "airport_lounge", "quantity": 2, "until": end("2026-12-31")})
    ]
    assert {event.occurred_at for event in told} == {MARCH}


def test_given_without_an_end_is_held_as_long_as_one_that_is_reached(member: Given) -> None:
    assert said(member.when(give)) == [
        (
            "member.tier_changed",
            {"from_tier": "silver", "to_tier": "gold", "reason": "granted", "until": end("2027-12-31")},
        )
    ]
    (lost,) = member.and_(give).at(day("2029-01-01")).when(settle)
    assert lost.occurred_at == end("2027-12-31")


def test_given_to_a_moment_and_then_what_points_say(member: Given) -> None:
    story = member.and_(replace(give, to_tier="platinum", until=end("2026-06-30"))).and_(earn)
    (lost,) = story.at(day("2026-07-01")).when(settle)
    assert said((lost,)) == [
        ("member.tier_changed", {"from_tier": "platinum", "to_tier": "gold", "reason": "tier_not_kept"})
    ]


def test_extended_though_nobody_named_an_end_where_points_decide(member: Given) -> None:
    story = member.and_(earn).and_(extend)
    (lost,) = story.at(day("2029-01-01")).when(settle)
    assert lost.occurred_at == extend.until


def test_refused_to_extend_what_has_no_end(member: Given) -> None:
    member.under(with_tiers).when_refused(extend, NotAnExtension)


def test_refused_an_extension_into_the_past(member: Given) -> None:
    refused = member.when_refused(replace(extend, until=MARCH - timedelta(days=1)), EndsInThePast)
    assert refused.occurred_at == MARCH


@pytest.mark.parametrize("reason", ["tier_reached", "tier_not_kept"])
def test_refused_a_reason_that_is_kept_for_points(member: Given, reason: str) -> None:
    assert member.when_refused(replace(give, reason=reason), ReasonIsReserved).reason == reason


def test_without_a_qualification_nobody_moves_by_points(member: Given) -> None:
    assert [event.TOPIC for event in member.under(with_tiers).when(earn)] == ["member.points_earned"]
