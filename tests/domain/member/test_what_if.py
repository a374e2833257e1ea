"""The same history under another programme: what happens when the same is done under it, and nothing else."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given as for_any
from hypothesis import strategies as st

from domain.envelope import Event
from domain.member import (
    MemberClosed,
    MemberPointsEarned,
    MemberPointsExpired,
    MemberPointsRedeemed,
    MemberPointsRefunded,
    MemberPointsReversed,
    MemberTierChanged,
)
from domain.member.standing import changes_of
from domain.member.terms import terms_of
from domain.member.trial import Reading
from domain.member.what_if import Points, TierStep, WhatIf, steps, what_if
from domain.organisation.events import OrganisationConfigured
from domain.organisation.rules import read_rules
from tests.domain.member.lives import (
    ACCRUE,
    CLOSE,
    EVERYTHING,
    FOREVER,
    GAPS,
    GRANT,
    REDEEM,
    REFUND,
    REVERSE,
    WRITTEN,
    Gaps,
    Story,
    agreed,
    lived,
    stories,
    told_late,
    under,
)
from tests.domain.member.programmes import (
    BALANCE,
    BALANCE_AT_YEAR_END,
    BY_YEAR,
    QUALIFICATIONS,
    club,
    day,
    earned,
    end,
    enrolled,
    given_tier,
    redeemed,
)
from tests.examples import told

ZERO = Decimal(0)


def reading(rule: OrganisationConfigured) -> Reading:
    rules = read_rules([rule])
    return Reading(terms=terms_of(rules, "club"), changes=changes_of(rules, "club"))


def tried(
    events: tuple[Event, ...],
    own: OrganisationConfigured,
    other: OrganisationConfigured,
    *,
    at: datetime = FOREVER,
) -> WhatIf:
    return what_if(events, own=reading(own), other=reading(other), at=at)


def in_order(events: tuple[Event, ...]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda event: (event.occurred_at, event.originator_version)))


def told_points(events: tuple[Event, ...]) -> Points:
    """The points of a settled history, added up from its events."""

    def total(kind: type[Event]) -> Decimal:
        return sum((event.points for event in events if isinstance(event, kind)), ZERO)  # type: ignore[attr-defined]  # of events with points

    earned, back = total(MemberPointsEarned), total(MemberPointsRefunded)
    reversed_, spent, gone = map(total, (MemberPointsReversed, MemberPointsRedeemed, MemberPointsExpired))
    return Points(
        earned=earned,
        reversed=reversed_,
        redeemed=spent,
        refunded=back,
        expired=gone,
        balance=earned - reversed_ - spent + back - gone,
    )


def told_steps(events: tuple[Event, ...]) -> tuple[TierStep, ...]:
    moved = [(event.occurred_at, event.to_tier) for event in events if isinstance(event, MemberTierChanged)]
    return steps([(events[0].occurred_at, "silver"), *moved])


@for_any(
    st.sampled_from(QUALIFICATIONS),
    stories(*EVERYTHING),
    st.lists(st.none() | GAPS, min_size=8, max_size=8),
    st.lists(GAPS, max_size=4),
)
def test_under_the_programme_in_force_it_gives_what_happened_also_what_was_told_late(
    rule: dict[str, Any], story: Story, happened: list[timedelta | None], settled: Gaps
) -> None:
    own = under(rule)
    events = in_order(lived(own, story=told_late(story, happened), settled=settled))
    found = tried(events, own, own)
    assert not found.is_otherwise
    assert (found.happened.points, found.happened.steps) == (told_points(events), told_steps(events))
    assert found.as_told == 0


ACCRUAL = WRITTEN["accrual"]
TWICE = {**ACCRUAL, "multipliers": [{"name": "gold", "factor": 2, "tiers": ["gold", "platinum"]}]}
FACTORS = st.sampled_from([ACCRUAL, TWICE, {**ACCRUAL, "multipliers": []}])
RULES = st.builds(
    under,
    st.sampled_from(QUALIFICATIONS),
    accrual=FACTORS,
    draws=st.sampled_from(["earliest_expiry", "first_in_first_out"]),
    expiry=st.none() | st.sampled_from([{"months": 6}, {"days": 400}, {"day_of_year": "12-31"}]),
    pending_days=st.sampled_from([0, 3]),
)
FOR_EVER = st.builds(under, st.sampled_from(QUALIFICATIONS), accrual=FACTORS, expiry=st.none())


def check_the_same(story: Story, own: OrganisationConfigured, other: OrganisationConfigured) -> None:
    """What would have happened is what happens when the same commands are carried out."""
    story = agreed(story, (own, other))
    here, there = (in_order(lived(rule, story=story)) for rule in (own, other))
    found = tried(here, own, other)
    assert (found.would.points, found.would.steps) == (told_points(there), told_steps(there))


@for_any(stories(ACCRUE, ACCRUE, REDEEM, REFUND, GRANT, CLOSE), RULES, RULES)
def test_it_gives_what_happens_when_the_same_is_done(
    story: Story, own: OrganisationConfigured, other: OrganisationConfigured
) -> None:
    check_the_same(story, own, other)


@for_any(stories(ACCRUE, ACCRUE, REVERSE, REDEEM), FOR_EVER, FOR_EVER)
def test_it_gives_what_happens_when_earnings_are_reversed_too(
    story: Story, own: OrganisationConfigured, other: OrganisationConfigured
) -> None:
    check_the_same(story, own, other)


PLAIN = club(qualification=BALANCE)
START_OF_2028 = day("2028-01-01")


def points_of(found: WhatIf) -> tuple[Points, Points]:
    return found.happened.points, found.would.points


def test_before_anything_happened_there_is_nothing_to_compare() -> None:
    found = tried((enrolled("2026-03-01"),), PLAIN, PLAIN, at=day("2026-02-01"))
    assert (found.is_otherwise, found.happened.tier, found.would.steps) == (False, None, ())


def test_in_other_tiers_one_begins_at_the_lowest_and_grants_of_unknown_ones_are_left_out() -> None:
    metals = [{"name": "bronze"}, {"name": "silver", "threshold": 100}]
    other = club(tiers=metals, qualification=BY_YEAR)
    story = (enrolled("2026-03-01", "gold"), given_tier("2026-04-01", "platinum"), earned("2026-05-01", 100))
    found = tried(story, club(), other, at=START_OF_2028)
    assert found.would.steps == (
        TierStep(day("2026-05-01"), "bronze", "silver"),
        TierStep(end("2027-12-31"), "silver", "bronze"),
    )
    assert found.happened.steps == (TierStep(day("2026-04-01"), "gold", "platinum"),)


def test_what_was_spent_and_would_have_expired_is_uncovered() -> None:
    story = (enrolled("2026-03-01"), earned("2026-03-02", 500), redeemed("2026-06-01", 400))
    happened, would = points_of(tried(story, club(), club(expiry={"months": 1}), at=START_OF_2028))
    assert (happened.uncovered, happened.balance) == (0, 100)
    assert (would.uncovered, would.expired, would.balance) == (400, 500, -400)


def test_what_falls_due_at_a_years_end_counts_before_the_year_is_looked_at() -> None:
    other = club(qualification=BALANCE_AT_YEAR_END, expiry={"day_of_year": "12-31"})
    story = (enrolled("2026-03-01"), earned("2026-03-02", 500), earned("2026-03-03", 600))
    found = tried(story, club(qualification=BALANCE_AT_YEAR_END), other, at=START_OF_2028)
    assert [step.to_tier for step in found.happened.steps] == ["gold"]
    assert (found.would.steps, found.would.points.balance) == ((), 0)


def test_the_end_of_a_membership_takes_what_is_left() -> None:
    close = told(MemberClosed, at=day("2026-06-01"))
    gone = told(MemberPointsExpired, at=day("2026-06-01"), lot_id="2026-03-02", points=Decimal(500))
    story = (enrolled("2026-03-01"), earned("2026-03-02", 500), gone, close)
    pending = club(pending_days=365)
    found = tried(story, PLAIN, pending, at=START_OF_2028)
    assert (found.happened.points.expired, found.would.points.expired) == (500, 0)
    assert (found.would.points.reversed, found.would.points.balance) == (500, 0)


def test_another_factor_earns_otherwise_and_an_unnamed_activity_nothing() -> None:
    story = (enrolled("2026-03-01", "gold"), earned("2026-03-02", 15), earned("2026-03-03", 7, reason="gift"))
    own, twice = (club(accrual=accrual) for accrual in (ACCRUAL, TWICE))
    assert [one.earned for one in points_of(tried(story, own, twice, at=START_OF_2028))] == [22, 27]
    assert [one.earned for one in points_of(tried(story, own, club(), at=START_OF_2028))] == [22, 7]
