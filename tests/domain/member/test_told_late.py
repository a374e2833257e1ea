"""Commands told late, in any order: the ledger holds at every moment of the past, not only at the end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.command_application import numbered
from domain.envelope import Event
from domain.errors import DomainError
from domain.folding import fold_live, live_events
from domain.member.commands import (
    EarnMemberPoints,
    EnrolMember,
    RedeemMemberPoints,
    RefundMemberPoints,
    ReverseMemberPoints,
    SettleDueMember,
)
from domain.member.decide import decide
from domain.member.ledger import ledger_of
from domain.member.proof import proof
from domain.member.state import Member, evolve
from domain.member.terms import terms_of
from domain.organisation.events import OrganisationConfigured
from domain.organisation.rules import RuleBook, read_rules
from domain.telling import Command, Situation
from tests.domain.member.examples import with_overdraft
from tests.examples import MEMBER_ID, rule

BEGINNING = datetime(2026, 1, 30, 3, tzinfo=UTC)
NAMES = ("a", "b", "c", "d")
strict = rule("programme", "club", '{"expiry":{"days":9},"pending_days":2}')


class Asked(NamedTuple):
    """A command in few words: what, of which lot or redemption, how many points, when, and how late."""

    what: str
    name: str
    points: int
    hours: int
    late: int


asked = st.builds(
    Asked,
    st.sampled_from(["earn", "earn", "redeem", "redeem", "refund", "reverse", "settle"]),
    st.sampled_from(NAMES),
    st.integers(1, 9),
    st.integers(0, 100),
    st.sampled_from([0, 0, 1, 30, 100, 300]),
)


def command_of(one: Asked, at: datetime) -> Command:
    points = Decimal(one.points)
    commands: dict[str, Command] = {
        "earn": EarnMemberPoints(
            originator_id=MEMBER_ID, occurred_at=at, lot_id=one.name, points=points, reason="x"
        ),
        "redeem": RedeemMemberPoints(
            originator_id=MEMBER_ID, occurred_at=at, redemption_id=one.name, points=points, venue="x"
        ),
        "refund": RefundMemberPoints(
            originator_id=MEMBER_ID, occurred_at=at, redemption_id=one.name, points=points
        ),
        "reverse": ReverseMemberPoints(originator_id=MEMBER_ID, occurred_at=at, of=one.name, points=points),
        "settle": SettleDueMember(originator_id=MEMBER_ID),
    }
    return commands[one.what]


def carried_out(commands: list[Asked], rules: RuleBook) -> Iterator[tuple[list[Event], Situation]]:
    """What a member has told after each command that told anything; refusals tell nothing."""
    now = BEGINNING
    enrol = EnrolMember(originator_id=MEMBER_ID, programme="club", tier="x")
    events = [*numbered(decide(Member(), enrol, Situation(now=now, rules=rules)), after=0)]
    yield events, Situation(now=now, rules=rules)
    for one in commands:
        now += timedelta(hours=one.hours)
        situation = Situation(now=now, rules=rules)
        command = command_of(one, max(now - timedelta(hours=one.late), BEGINNING))
        try:
            told = decide(folded(events), command, situation)
        except DomainError:
            continue
        if told:
            events.extend(numbered(told, after=len(events)))
            yield events, situation


def folded(events: list[Event]) -> Member:
    return fold_live(events, initial=Member(), evolve=evolve)


def all_told(commands: list[Asked], rules: RuleBook) -> list[Event]:
    *_, (events, _) = carried_out(commands, rules)
    return events


def broken(events: list[Event], programme: OrganisationConfigured) -> set[str]:
    """Every rule that is broken at any moment, looking back from the end."""
    terms = terms_of(read_rules([programme]), "club")
    live = live_events(events)
    return {
        breach.rule for count in range(1, len(live) + 1) for breach in proof(ledger_of(live[:count], terms))
    }


@settings(max_examples=200)
@given(st.lists(asked, min_size=5, max_size=25))
def test_nobody_was_below_zero_at_any_moment_of_the_past(commands: list[Asked]) -> None:
    assert broken(all_told(commands, read_rules([strict])), strict) == set()


@settings(max_examples=80)
@given(st.lists(asked, min_size=5, max_size=25))
def test_with_an_overdraft_too_all_sums_hold_at_every_moment_of_the_past(commands: list[Asked]) -> None:
    assert broken(all_told(commands, read_rules([with_overdraft])), with_overdraft) == set()


@settings(max_examples=60)
@given(
    st.lists(asked, min_size=5, max_size=25),
    st.sampled_from(['{"by":"balance"}', '{"by":"points_earned"}', '{"by":"balance","grace_days":3}']),
)
def test_after_every_command_nothing_is_left_due(commands: list[Asked], qualification: str) -> None:
    tiers = '[{"name":"x"},{"name":"y","threshold":5},{"name":"z","threshold":9}]'
    body = f'{{"expiry":{{"days":9}},"tiers":{tiers},"qualification":{qualification}}}'
    rules = read_rules([rule("programme", "club", body)])
    for events, situation in carried_out(commands, rules):
        assert decide(folded(events), SettleDueMember(originator_id=MEMBER_ID), situation) == ()
