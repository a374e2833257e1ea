"""Laws of tiers: counted as plain sums say, told once whoever looks when; grants protect; more is no less."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from hypothesis import given as for_any
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.command_application import numbered
from domain.envelope import Event
from domain.folding import fold_live
from domain.member import (
    MemberPointsEarned,
    MemberPointsRedeemed,
    MemberPointsReversed,
    MemberTierChanged,
)
from domain.member.commands import AccrueMemberPoints
from domain.member.due import next_due
from domain.member.standing import tier_moves_due, walked
from domain.member.tier_walk import TierMove
from domain.organisation.programme import Programme
from domain.organisation.rules import read_rules
from domain.streams import MEMBER
from tests.domain.member.lives import (
    ACCRUE,
    CLOSE,
    EXTEND,
    FOREVER,
    GAPS,
    GRANT,
    POINTS,
    REDEEM,
    REVERSE,
    START,
    TIER,
    Gaps,
    Story,
    lived,
    settle,
    stories,
    under,
)
from tests.domain.member.programmes import (
    QUALIFICATIONS,
    UTC_ZONE,
    earned,
    enrolled,
    extended,
    given_tier,
    programme,
    redeemed,
    reversed_,
)
from tests.examples import MEMBER_ID
from tests.given import given

RULES = st.sampled_from(QUALIFICATIONS).map(lambda one: programme(**one))


@st.composite
def histories(draw: st.DrawFn, *, has_gifts: bool = True) -> list[Event]:
    """A member's events in order, whole days and nights apart."""
    gaps = draw(st.lists(GAPS, min_size=1, max_size=8))
    moments = list(accumulate(gaps, initial=START))
    kinds = ["earn", "flight", "redeem", "reverse", *(["give", "extend"] if has_gifts else [])]
    told: list[Event] = [enrolled(START - timedelta(days=40), draw(TIER) if has_gifts else "silver")]
    for moment in moments:
        told.append(_happening(draw, draw(st.sampled_from(kinds)), moment, told))
    return [replace(event, originator_version=version) for version, event in enumerate(told, start=1)]


def _happening(draw: st.DrawFn, kind: str, at: datetime, told: list[Event]) -> Event:
    lots = [event for event in told if isinstance(event, MemberPointsEarned)]
    if kind == "redeem":
        return redeemed(at, draw(POINTS))
    if kind == "give":
        return given_tier(at, draw(TIER), until=draw(st.none() | GAPS.map(lambda gap: at + gap + gap)))
    if kind == "extend":
        return extended(at, at + draw(GAPS))
    if kind == "reverse" and lots:
        lot = draw(st.sampled_from(lots))
        return reversed_(at, lot.occurred_at, draw(POINTS))
    return earned(at, draw(POINTS), reason="flight" if kind == "flight" else "spend")


def moves(rule: Programme, events: list[Event], *, until: datetime = FOREVER) -> tuple[TierMove, ...]:
    return tier_moves_due(events, terms=lambda _: (rule, UTC_ZONE), changes=(), until=until, inclusive=True)


def told_as_events(found: tuple[TierMove, ...]) -> list[Event]:
    return [
        replace(given_tier(move.at, move.to_tier), reason=move.reason, originator_version=100 + ordinal)
        for ordinal, move in enumerate(found)
    ]


def merged(*parts: list[Event]) -> list[Event]:
    return sorted(
        (event for part in parts for event in part),
        key=lambda event: (event.occurred_at, event.originator_version),
    )


def counted_plainly(events: list[Event], rule: Programme, *, at: datetime) -> Decimal:
    """What the member has towards a tier after a moment: every event of the period looked at again."""
    assert rule.qualification is not None
    asked, months = rule.qualification, rule.qualification.months
    past = [event for event in events if event.occurred_at <= at]
    if asked.by == "balance":
        gained = sum(event.points for event in past if isinstance(event, MemberPointsEarned))
        spent = (MemberPointsRedeemed, MemberPointsReversed)
        return Decimal(gained - sum(event.points for event in past if isinstance(event, spent)))
    today = (at + timedelta(microseconds=1)).date()
    first = _first_day(asked.period, months, events[0].occurred_at.date(), today)
    lots = [
        event
        for event in past
        if isinstance(event, MemberPointsEarned)
        and event.occurred_at.date() >= first
        and (not asked.activities or event.reason in asked.activities)
    ]
    undone = [event for event in past if isinstance(event, MemberPointsReversed) and _is_of(event, lots)]
    return Decimal(sum(lot.points for lot in lots) - sum(event.points for event in undone))


def _is_of(event: MemberPointsReversed, lots: list[MemberPointsEarned]) -> bool:
    return event.of in {lot.lot_id for lot in lots}


def _first_day(period: str, months: int | None, enrolled_on: date, today: date) -> date:
    """The first day that counts, found by going back day by day."""
    if period == "calendar_year":
        return date(today.year, 1, 1)
    day = today
    if months is not None:
        while _same_day_after(day - timedelta(days=1), months) >= today:
            day -= timedelta(days=1)
        return day
    while (day.month, day.day) != (enrolled_on.month, enrolled_on.day):
        day -= timedelta(days=1)
    return day


def _same_day_after(day: date, months: int) -> date:
    for _ in range(months):
        start_of_next = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        end_of_next = (start_of_next + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        day = min(start_of_next + timedelta(days=day.day - 1), end_of_next)
    return day


@for_any(RULES, histories(has_gifts=False), GAPS)
def test_what_counts_is_a_plain_sum_over_the_period(
    rule: Programme, events: list[Event], gap: timedelta
) -> None:
    at = events[-1].occurred_at + gap
    walk = walked(events, terms=lambda _: (rule, UTC_ZONE), changes=(), until=at, inclusive=True)
    assert walk.tally is not None
    assert walk.tally.points == counted_plainly(events, rule, at=at)


@for_any(RULES, histories(), st.lists(GAPS, max_size=5))
def test_told_often_or_once_the_moves_are_the_same(
    rule: Programme, events: list[Event], gaps: list[timedelta]
) -> None:
    told: list[Event] = []
    for moment in accumulate(gaps, initial=START):
        known = merged([event for event in events if event.occurred_at <= moment], told)
        told = merged(told, told_as_events(moves(rule, known, until=moment)))
    found = moves(rule, merged(events, told))
    assert [event.occurred_at for event in merged(told, told_as_events(found))] == [
        move.at for move in moves(rule, events)
    ]


@for_any(RULES, histories())
def test_a_move_never_happens_twice(rule: Programme, events: list[Event]) -> None:
    assert moves(rule, merged(events, told_as_events(moves(rule, events)))) == ()


@for_any(RULES, histories(has_gifts=False), TIER, GAPS, GAPS)
def test_a_grant_protects_until_its_end(
    rule: Programme, events: list[Event], tier: str, after: timedelta, lasts: timedelta
) -> None:
    at = START + after + timedelta(seconds=1)
    grant = given_tier(at, tier, until=at + lasts + timedelta(days=1))
    story = merged(events, [replace(grant, originator_version=50)])
    held = [tier, *(move.to_tier for move in moves(rule, story) if at <= move.at < grant.until)]
    before = [move.to_tier for move in moves(rule, story) if move.at < at]
    is_down = rule.rank(tier) < rule.rank(["silver", *before][-1])
    assert is_down or all(rule.rank(one) >= rule.rank(tier) for one in held)


@for_any(RULES, histories(has_gifts=False), POINTS, GAPS)
def test_more_points_never_mean_a_lower_tier(
    rule: Programme, events: list[Event], points: int, gap: timedelta
) -> None:
    more = replace(earned(START + gap, points, reason="flight"), lot_id="more", originator_version=60)
    richer = merged(events, [more])
    moments = {move.at for story in (events, richer) for move in moves(rule, story)}
    for at in moments:
        assert rank_at(rule, events, at) <= rank_at(rule, richer, at)


def rank_at(rule: Programme, events: list[Event], at: datetime) -> int:
    walk = walked(events, terms=lambda _: (rule, UTC_ZONE), changes=(), until=at, inclusive=True)
    return rule.rank(walk.tier)


STORIES = stories(ACCRUE, REDEEM, REVERSE, GRANT, EXTEND, CLOSE)


def happened(events: tuple[Event, ...]) -> list[tuple[datetime, str]]:
    return sorted(
        (event.occurred_at, str(replace(event, originator_version=1, recorded_at=START, occurred_at=START)))
        for event in events
    )


@for_any(st.sampled_from(QUALIFICATIONS), STORIES, st.lists(GAPS, max_size=6))
def test_a_job_that_sleeps_changes_nothing_of_the_past(
    rule: dict[str, Any], story: Story, settled: Gaps
) -> None:
    often, once = (lived(under(rule), story=story, settled=gaps) for gaps in (settled, []))
    assert happened(often) == happened(once)


@for_any(st.sampled_from(QUALIFICATIONS), STORIES)
def test_what_falls_due_next_is_what_is_told_next(rule: dict[str, Any], story: Story) -> None:
    until = START + timedelta(days=900)
    events = [event for event in lived(under(rule), story=story) if event.occurred_at < until]
    told = given(MEMBER, *events).under(under(rule)).at(FOREVER).when(settle)
    state = fold_live(numbered(events, after=0), initial=MEMBER.initial, evolve=MEMBER.evolve)
    assert next_due(state, read_rules([under(rule)])) == (told[0].occurred_at if told else None)


def test_somebody_moves_in_these_stories() -> None:
    spend = AccrueMemberPoints(originator_id=MEMBER_ID, lot_id="a", activity="spend", amount=Decimal(1000))
    events = lived(under(QUALIFICATIONS[0]), story=[(timedelta(days=1), spend)])
    assert [event.to_tier for event in events if isinstance(event, MemberTierChanged)] == ["gold", "silver"]
