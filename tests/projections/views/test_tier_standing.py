"""Members stand in frames as the domain has them stand, one by one, under every kind of qualification."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.envelope import Event
from domain.member.commands import AccrueMemberPoints
from domain.member.standing import Standing, changes_of, standing
from domain.member.terms import terms_of
from domain.organisation.rules import read_rules
from projections.views.member_standings import MEMBER_STANDINGS
from tests.domain.member.lives import GRANT, REDEEM, REFUND, REVERSE, START, Story, lived, stories, under
from tests.domain.member.programmes import QUALIFICATIONS
from tests.effort import FACTOR
from tests.examples import MEMBER_ID
from tests.projections.facts.given import LAW
from tests.projections.views.points_told import told_members

EARN = st.builds(
    AccrueMemberPoints,
    originator_id=st.just(MEMBER_ID),
    lot_id=st.just(""),
    activity=st.sampled_from(["spend", "flight"]),
    amount=st.sampled_from([400, 700, 1000, 2500, 5000]).map(Decimal),
)
"""Earnings that reach tiers, mostly together."""
AFTER = st.integers(0, 500).map(lambda days: timedelta(days=days, hours=days % 5))


def seen(events: tuple[Event, ...], qualification: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The one membership as the view has it just before a moment."""
    told = [event for event in events if event.occurred_at < at]
    source = told_members(told, under(qualification))
    [row] = MEMBER_STANDINGS.rows(source, now=at, as_of=at).to_dicts()
    return row


def as_seen(stands: Standing) -> dict[str, Any]:
    """How the domain's standing reads in the view."""
    move = stands.next_move
    return {
        "due_tier": stands.tier,
        "points": stands.points,
        "next_tier": stands.next_tier,
        "points_to_next": stands.to_next,
        "points_to_keep": stands.to_keep,
        "moves_at": move.at if move else None,
        "moves_to": move.to_tier if move else None,
        "move_reason": move.reason if move else None,
    }


@pytest.mark.parametrize("qualification", QUALIFICATIONS, ids=str)
def test_members_stand_as_the_domain_has_them_stand(qualification: dict[str, Any]) -> None:
    rules = read_rules([under(qualification)])

    @settings(LAW, max_examples=4 * FACTOR)
    @given(story=stories(EARN, EARN, EARN, REDEEM, REVERSE, REFUND, GRANT), after=AFTER)
    def stand_alike(story: Story, after: timedelta) -> None:
        events = lived(under(qualification), story=story)
        at = START + sum((gap for gap, _ in story), timedelta(0)) + after + timedelta(seconds=1)
        told = [event for event in events if event.occurred_at < at]
        found = standing(told, terms=terms_of(rules, "club"), changes=changes_of(rules, "club"), at=at)
        row, expected = seen(events, qualification, at), as_seen(found)
        assert {name: row[name] for name in expected} == expected

    stand_alike()
