"""What is told of a member by random commands, each at its moment, and by a job that settles what is due."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec.structs import replace

from domain.envelope import Event
from domain.errors import DomainError
from domain.member.commands import (
    AccrueMemberPoints,
    ChangeMemberTier,
    CloseMember,
    EnrolMember,
    ExtendMemberTier,
    RedeemMemberPoints,
    RefundMemberPoints,
    ReverseMemberPoints,
    SettleDueMember,
)
from domain.organisation.events import OrganisationConfigured
from domain.streams import MEMBER
from domain.telling import Command
from tests.domain.member.programmes import club
from tests.examples import MEMBER_ID
from tests.given import Given, given

Story = list[tuple[timedelta, Command]]
Gaps = list[timedelta]

START = datetime(2026, 1, 15, 9, tzinfo=UTC)
FOREVER = datetime(2060, 1, 1, tzinfo=UTC)

POINTS = st.integers(1, 6) | st.sampled_from([300, 1000, 5000])
GAPS = st.integers(0, 300).map(lambda days: timedelta(days=days, minutes=days % 7))
TIER = st.sampled_from(["silver", "gold", "platinum"])
NAMES = st.integers(0, 7).map(str)

WRITTEN: dict[str, Any] = {
    "expiry": {"months": 6},
    "accrual": {
        "bases": [{"activity": "spend"}, {"activity": "flight", "per": 2, "rounding": {"mode": "floor"}}],
        "multipliers": [{"name": "gold", "factor": "1.5", "tiers": ["gold", "platinum"]}],
    },
}

settle = SettleDueMember(originator_id=MEMBER_ID)
enrol = EnrolMember(originator_id=MEMBER_ID, programme="club", tier="silver")

ACCRUE = st.builds(
    AccrueMemberPoints,
    originator_id=st.just(MEMBER_ID),
    lot_id=st.just(""),
    activity=st.sampled_from(["spend", "flight"]),
    amount=POINTS.map(Decimal),
)
REDEEM = st.builds(
    RedeemMemberPoints,
    originator_id=st.just(MEMBER_ID),
    redemption_id=st.just(""),
    points=POINTS.map(Decimal),
    venue=st.just("gift"),
)
REFUND = st.builds(RefundMemberPoints, originator_id=st.just(MEMBER_ID), redemption_id=NAMES)
REVERSE = st.builds(ReverseMemberPoints, originator_id=st.just(MEMBER_ID), of=NAMES)
GRANT = st.builds(
    ChangeMemberTier,
    originator_id=st.just(MEMBER_ID),
    to_tier=TIER,
    reason=st.just("goodwill"),
    until=GAPS.map(lambda gap: START + gap * 4),
)
EXTEND = st.builds(
    ExtendMemberTier, originator_id=st.just(MEMBER_ID), until=GAPS.map(lambda gap: START + gap * 4)
)
CLOSE = st.just(CloseMember(originator_id=MEMBER_ID))
EVERYTHING = (ACCRUE, ACCRUE, REDEEM, REFUND, REVERSE, GRANT, EXTEND, CLOSE)


def stories(*commands: SearchStrategy[Any]) -> SearchStrategy[Story]:
    """Commands of these kinds, each some time after the one before; lots are named by their place."""
    drawn = st.lists(st.tuples(GAPS, st.one_of(*commands)), min_size=1, max_size=8)
    return drawn.map(
        lambda story: [(gap, _named(command, str(place))) for place, (gap, command) in enumerate(story)]
    )


def _named(command: Command, name: str) -> Command:
    if isinstance(command, AccrueMemberPoints):
        return replace(command, lot_id=name)
    return replace(command, redemption_id=name) if isinstance(command, RedeemMemberPoints) else command


def told_late(story: Story, happened: list[timedelta | None]) -> Story:
    """Let some commands say that they happened so long after the start, whenever they are told."""
    return [
        (gap, command if since is None else replace(command, occurred_at=START + since))
        for (gap, command), since in zip(story, happened, strict=False)
    ]


def lived(*rules: OrganisationConfigured, story: Story, settled: Gaps = []) -> tuple[Event, ...]:  # noqa: B006  read only
    """Carry a story out under rules, with a job that settles at these distances and at the end."""
    member, _ = _carried_out(given(MEMBER).under(*rules), story, settled=settled)
    return member.events


def agreed(story: Story, rules: tuple[OrganisationConfigured, ...]) -> Story:
    """Leave out of a story what is refused under any of the rules, in place of which time passes."""
    while True:
        refused = {
            place for rule in rules for place in _carried_out(given(MEMBER).under(rule), story, settled=[])[1]
        }
        if not refused:
            return story
        story = [(gap, settle if place in refused else command) for place, (gap, command) in enumerate(story)]


def _carried_out(member: Given, story: Story, *, settled: Gaps) -> tuple[Given, set[int]]:
    moments = list(accumulate((gap for gap, _ in story), initial=START))
    agenda: list[tuple[datetime, int, Command]] = [
        (START, -1, enrol),
        *((at, -1, settle) for at in accumulate(settled, initial=START)),
        *(
            (at, place, command)
            for place, (at, (_, command)) in enumerate(zip(moments[1:], story, strict=True))
        ),
        (FOREVER, -1, settle),
    ]
    refused = set()
    for at, place, command in sorted(agenda, key=lambda one: one[0]):
        try:
            member = member.at(at).and_(command)
        except DomainError:
            refused.add(place)
    return member, refused


def under(qualification: dict[str, Any], **written: Any) -> OrganisationConfigured:
    """The programme of these stories, with a qualification, and with what else is written."""
    return club(**{**WRITTEN, "qualification": qualification, **written})
