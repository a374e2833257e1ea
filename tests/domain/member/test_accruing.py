"""An activity earns what the programme gives a member of that tier and tenure, once, at its own moment."""

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from domain.checks import UnknownChoice
from domain.envelope import Event
from domain.member import MemberTierChanged
from domain.member.refusals import AmountBelowZero, LotEarnedOtherwise, MemberIsClosed, MemberNotEnrolled
from domain.streams import MEMBER
from tests.domain.member.examples import LAST_MONTH, accrue, close, enrolled, gold_until, with_accrual
from tests.examples import NOW, YESTERDAY, rule, told
from tests.given import Given, given, payload, said


def a_member(*events: Event) -> Given:
    return given(MEMBER, enrolled, *events).under(with_accrual)


def points(story: Given) -> list[object]:
    return [payload(event).get("points") for event in story.when(accrue)]


def test_credited_with_the_activity_as_reason() -> None:
    assert said(a_member().when(accrue)) == [
        ("member.points_earned", {"lot_id": "a", "points": Decimal(109), "reason": "spend"})
    ]


def test_credited_by_the_tier_of_its_moment() -> None:
    assert points(a_member(gold_until)) == [Decimal("163.5")]
    before = replace(accrue, occurred_at=YESTERDAY - timedelta(hours=1))
    assert [payload(event)["points"] for event in a_member(gold_until).when(before)] == [Decimal(109)]


def test_credited_by_the_months_of_membership_and_the_campaign() -> None:
    spring = rule(
        "programme",
        "club",
        '{"accrual":{"bases":[{"activity":"spend"}],"multipliers":['
        '{"name":"old","factor":2,"tenure_from":1},{"name":"c","factor":3,"campaigns":["desk:spring"]}]}}',
    )
    asked = replace(accrue, amount=Decimal(1), campaign_id="desk:spring")
    story = given(MEMBER, replace(enrolled, occurred_at=NOW - timedelta(days=40))).under(spring)
    assert [payload(event)["points"] for event in story.when(asked)] == [Decimal(6)]
    assert [payload(event)["points"] for event in story.when(replace(asked, campaign_id=None))] == [2]


def test_pending_and_expiring_as_the_programme_says() -> None:
    dated = rule(
        "programme",
        "club",
        '{"pending_days":7,"expiry":{"months":1},"accrual":{"bases":[{"activity":"spend"}]}}',
    )
    (event,) = given(MEMBER, enrolled).under(dated).when(replace(accrue, occurred_at=LAST_MONTH))[:1]
    said_of_it = payload(event)
    assert {"available_at", "expires_at"} <= set(said_of_it)


def test_told_again_is_so_already_though_the_tier_has_changed_since() -> None:
    story = a_member().and_(accrue)
    gold = told(MemberTierChanged, at=NOW, from_tier="silver", to_tier="gold", reason="granted")
    later = Given(
        stream=MEMBER, events=(*story.events, replace(gold, originator_version=9)), rules=story.rules
    )
    assert later.at(NOW + timedelta(hours=1)).when(accrue) == ()


def test_no_point_at_all_tells_nothing() -> None:
    assert a_member().when(replace(accrue, amount=Decimal("9.99"))) == ()


def test_a_tier_that_is_reached_is_told_with_it_and_counts_from_the_next() -> None:
    reaching = rule(
        "programme",
        "club",
        with_accrual.body.replace('"accrual"', '"qualification":{"by":"points_earned"},"accrual"'),
    )
    story = given(MEMBER, enrolled).under(reaching).and_(replace(accrue, amount=Decimal(10_000)))
    assert [event.TOPIC for event in story.events[1:]] == ["member.points_earned", "member.tier_changed"]
    (next_one,) = story.when(replace(accrue, lot_id="b", amount=Decimal(10)))
    assert payload(next_one)["points"] == Decimal("1.5")


def test_refused_an_activity_that_the_programme_does_not_name() -> None:
    refused = a_member().when_refused(replace(accrue, activity="flight"), UnknownChoice)
    assert (refused.value, refused.known) == ("flight", ["spend"])


def test_refused_less_than_nothing() -> None:
    refused = a_member().when_refused(replace(accrue, amount=Decimal(-1)), AmountBelowZero)
    assert (refused.activity, refused.amount) == ("spend", Decimal(-1))


def test_refused_another_amount_in_the_same_lot() -> None:
    story = a_member().and_(accrue)
    story.when_refused(replace(accrue, amount=Decimal(20)), LotEarnedOtherwise)


def test_refused_before_and_after_the_membership() -> None:
    given(MEMBER).under(with_accrual).when_refused(accrue, MemberNotEnrolled)
    a_member().and_(close).when_refused(accrue, MemberIsClosed)
