"""A club visit is settled by an entitlement, by points, or paid; uses run down by kind and end."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from domain.checks import UnknownChoice
from domain.folding import fold_live, live_events
from domain.member import MemberClubVisited, MemberEntitled
from domain.member.commands import VisitClub
from domain.member.entitlements import uses_beyond_grants, uses_left
from domain.member.refusals import (
    EndsInThePast,
    FewerThanNoGuests,
    MemberIsClosed,
    NotEnoughPoints,
    NotEntitled,
    NothingToEntitleTo,
    RedemptionToldOtherwise,
    VisitSettledOtherwise,
)
from domain.streams import MEMBER
from tests.domain.member.examples import close, earned, enrolled, entitle, granted, visit
from tests.examples import NOW, PARTNER, told
from tests.given import given, said

by_points = replace(visit, settled_by="points", redemption_id="v1", points=Decimal(80))


def test_visited_by_entitlement() -> None:
    events = given(MEMBER, enrolled, granted).when(visit)
    assert said(events) == [
        (
            "member.club_visited",
            {"partner_id": PARTNER, "kind": "airport_lounge", "guests": 1, "settled_by": "entitlement"},
        )
    ]


def test_a_use_each_for_the_member_and_every_guest() -> None:
    refused = given(MEMBER, enrolled, granted).when_refused(replace(visit, guests=2), NotEntitled)
    assert (refused.kind, refused.needed, refused.left) == ("airport_lounge", 3, 2)


def test_refused_when_the_uses_are_used_up() -> None:
    assert given(MEMBER, enrolled, granted).and_(visit).when_refused(visit, NotEntitled).left == 0


def test_refused_uses_of_another_kind() -> None:
    assert given(MEMBER, enrolled, granted).when_refused(replace(visit, kind="golf"), NotEntitled).left == 0


def test_the_grant_that_ends_first_is_used_first() -> None:
    longer = replace(granted, until=NOW + timedelta(days=365))
    visited = given(MEMBER, enrolled, longer, granted).and_(visit)
    assert visited.at(NOW + timedelta(days=100)).when(visit) != ()
    assert visited.and_(visit).at(NOW + timedelta(days=100)).when_refused(visit, NotEntitled).left == 0


def test_an_entitlement_is_good_until_its_end_and_no_longer() -> None:
    member = given(MEMBER, enrolled, granted)
    assert member.at(granted.until).when(visit) != ()
    ended = member.at(granted.until + timedelta(microseconds=1))
    assert ended.when_refused(visit, NotEntitled).left == 0


def test_a_visit_told_late_uses_what_was_granted_at_its_moment() -> None:
    before = replace(visit, occurred_at=granted.occurred_at - timedelta(days=1))
    member = given(MEMBER, replace(enrolled, occurred_at=before.occurred_at), granted)
    assert member.when_refused(before, NotEntitled).left == 0


def test_visited_for_points_redeems_them_first() -> None:
    member = given(MEMBER, enrolled, earned("a", 100))
    assert said(member.when(replace(by_points, settlement_amount=Decimal(88)))) == [
        (
            "member.points_redeemed",
            {
                "redemption_id": "v1",
                "points": Decimal(80),
                "venue": "club",
                "partner_id": PARTNER,
                "item": "airport_lounge",
            },
        ),
        ("member.points_drawn", {"redemption_id": "v1", "lot_id": "a", "points": Decimal(80)}),
        (
            "member.club_visited",
            {
                "partner_id": PARTNER,
                "kind": "airport_lounge",
                "guests": 1,
                "settled_by": "points",
                "settlement_amount": Decimal(88),
            },
        ),
    ]


def test_visited_for_points_once() -> None:
    visited = given(MEMBER, enrolled, earned("a", 100)).and_(by_points)
    assert visited.when(by_points) == ()
    other = replace(by_points, points=Decimal(81))
    assert visited.when_refused(other, RedemptionToldOtherwise).redemption_id == "v1"


def test_refused_for_more_points_than_there_are() -> None:
    refused = given(MEMBER, enrolled, earned("a", 79)).when_refused(by_points, NotEnoughPoints)
    assert (refused.points, refused.available) == (80, 79)


def test_paid_is_told_any_number_of_times() -> None:
    paid = replace(visit, settled_by="paid", settlement_amount=Decimal(120))
    visited = given(MEMBER, enrolled).and_(paid)
    assert [event.TOPIC for event in visited.when(paid)] == ["member.club_visited"]


@pytest.mark.parametrize(
    "wrong",
    [
        replace(by_points, points=None),
        replace(by_points, redemption_id=None),
        replace(by_points, settled_by="paid"),
        replace(visit, points=Decimal(1)),
    ],
)
def test_refused_points_that_do_not_settle_and_settling_without_points(wrong: VisitClub) -> None:
    refused = given(MEMBER, enrolled, earned("a", 100), granted).when_refused(wrong, VisitSettledOtherwise)
    assert (refused.settled_by, refused.points) == (wrong.settled_by, wrong.points)


def test_refused_another_way_of_settling() -> None:
    refused = given(MEMBER, enrolled).when_refused(replace(visit, settled_by="favour"), UnknownChoice)
    assert (refused.field, refused.value) == ("settled_by", "favour")


def test_refused_fewer_than_no_guests() -> None:
    member = given(MEMBER, enrolled, granted)
    assert member.when_refused(replace(visit, guests=-1), FewerThanNoGuests).guests == -1


def test_refused_after_the_end() -> None:
    ended = given(MEMBER, enrolled, granted).and_(close)
    assert ended.when_refused(visit, MemberIsClosed).originator_id == visit.originator_id


def test_entitled_again_adds_uses() -> None:
    member = given(MEMBER, enrolled).and_(entitle).and_(entitle)
    assert said(member.when(replace(visit, guests=11)))[0][0] == "member.club_visited"
    assert member.when_refused(replace(visit, guests=12), NotEntitled).left == 12


@pytest.mark.parametrize("quantity", [0, -1])
def test_refused_an_entitlement_to_nothing(quantity: int) -> None:
    refused = given(MEMBER, enrolled).when_refused(replace(entitle, quantity=quantity), NothingToEntitleTo)
    assert refused.quantity == quantity


def test_refused_an_entitlement_that_is_over() -> None:
    refused = given(MEMBER, enrolled).when_refused(replace(entitle, until=NOW), EndsInThePast)
    assert (refused.until, refused.occurred_at) == (NOW, NOW)


def test_what_a_history_used_beyond_its_grants_is_listed_and_counts_against_nothing() -> None:
    first = told(
        MemberClubVisited, partner_id=PARTNER, kind="airport_lounge", guests=3, settled_by="entitlement"
    )
    paid = replace(first, settled_by="paid")
    again = told(MemberEntitled, kind="airport_lounge", quantity=1, until=NOW + timedelta(days=1), at=NOW)
    member = given(MEMBER, enrolled, granted, first, paid, again)
    listed = [
        (visit.originator_version, beyond) for visit, beyond in uses_beyond_grants(live_events(member.events))
    ]
    assert listed == [(3, 2)]
    state = fold_live(member.events, initial=MEMBER.initial, evolve=MEMBER.evolve)
    assert uses_left(state.grants, "airport_lounge", at=NOW) == 1
