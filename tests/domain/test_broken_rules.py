"""A told history is held against the same decisions as commands: what they would refuse is listed."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.broken_rules import COMMAND_FOR, BrokenRule, RuledOtherwise, broken_rules
from domain.call import CallAbandoned, CallTransferred
from domain.claim import ClaimApprovalRequested, ClaimCustomerNotified
from domain.command_application import STREAM_OF_NAME, completed, numbered
from domain.complaint import (
    ComplaintClosed,
    ComplaintFollowUpRecorded,
    ComplaintLiabilityAttributed,
    ComplaintReclassified,
    ComplaintReopened,
)
from domain.complaint.refusals import CustomerNotSatisfiedYet
from domain.envelope import Event, stream_of
from domain.errors import DomainError
from domain.event import void
from domain.folding import fold_live
from domain.member import MemberEnrolled, MemberPointsEarned, MemberPointsRedeemed
from domain.organisation.rules import RuleBook, read_rules
from domain.streams import CALL, CLAIM, COMPLAINT, MEMBER, STREAMS, Stream
from domain.telling import Command, Situation, command_name
from domain.topics import EVENTS
from tests.domain.claim.examples import BEFORE_APPROVAL, approved, ask, close, notify, pay, reject, reopen
from tests.domain.claim.given import BESIDE, LEVELS, by
from tests.examples import NOW, answered, filed, offered, rule, told
from tests.given import CommandExample, given, streams_of

States = Callable[[tuple[str, ...], datetime], Mapping[str, Any]]

EXAMPLES: tuple[CommandExample, ...] = tuple(
    example
    for path in sorted(Path(__file__).parent.glob("*/examples.py"))
    for example in import_module(f"tests.domain.{path.parent.name}.examples").EXAMPLES
)


def beside(events: Iterable[Event]) -> States:
    """What reads the states of other streams that hold these events, and of those that they lead to."""

    def read(wanted: tuple[str, ...], _: datetime) -> dict[str, Any]:
        waiting, states = list(wanted), dict[str, Any]()
        while waiting:
            other = waiting.pop()
            if other not in states:
                stream = STREAM_OF_NAME[stream_of(other)]
                own = [event for event in events if event.originator_id == other]
                states[other] = fold_live(own, initial=stream.initial, evolve=stream.evolve)
                waiting.extend(stream.leads_to(states[other]))
        return states

    return read


def broken(stream: Stream, *events: Event, rules: RuleBook | None = None) -> list[tuple[str, int]]:
    """Rules broken by these events, told in this order, and at which version."""
    listed = broken_rules(
        numbered(events, after=0), stream=stream, rules=rules or RuleBook(), read=beside(())
    )
    return [(found.rule, found.version) for found in listed]


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=[command_name(type(example.command)) for example in EXAMPLES]
)
def test_what_an_accepted_command_tells_breaks_no_rule(example: CommandExample) -> None:
    stream = STREAM_OF_NAME[stream_of(example.command.originator_id)]
    before, rules, read = numbered(example.given, after=0), read_rules(example.rules), beside(example.others)
    state = fold_live(before, initial=stream.initial, evolve=stream.evolve)
    command = completed(example.command, state)
    situation = Situation(now=NOW, rules=rules, others=read(stream.reads(state, command), NOW))
    own = [
        event
        for event in stream.decide(state, command, situation)
        if event.originator_id == command.originator_id
    ]
    history = (*before, *numbered(own, after=len(before)))
    listed = broken_rules(history, stream=stream, rules=rules, read=read)
    assert own
    assert [found for found in listed if found.version > len(before)] == []


CLAIM_COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from([ask, reject, close, reopen, notify]),
    st.builds(lambda yuan: replace(pay, amount=Decimal(yuan)), st.integers(0, 9000)),
    st.builds(by, st.sampled_from(LEVELS), st.integers(0, 20_000)),
)


@settings(max_examples=60, deadline=None)
@any_of(st.lists(CLAIM_COMMANDS, max_size=12))
def test_a_history_made_of_commands_breaks_no_rule(commands: list[Command]) -> None:
    story = given(CLAIM, *BEFORE_APPROVAL).beside(BESIDE)
    for command in commands:
        try:
            story = story.and_(command)
        except DomainError:
            continue
    listed = broken_rules(story.events, stream=CLAIM, rules=RuleBook(), read=lambda *_: BESIDE)
    assert [found for found in listed if found.version > len(BEFORE_APPROVAL)] == []


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_any_history_gives_a_list(stream: Stream) -> None:
    @settings(max_examples=40, deadline=None)
    @any_of(streams_of(stream.name))
    def gives_a_list(events: list[Event]) -> None:
        listed = broken_rules(events, stream=stream, rules=RuleBook(), read=beside(()))
        assert {found.version for found in listed} <= {event.originator_version for event in events}

    gives_a_list()


def test_a_complaint_closed_without_the_customers_word_is_listed_with_its_values() -> None:
    history = numbered((filed, told(ComplaintClosed)), after=0)
    (found,) = broken_rules(history, stream=COMPLAINT, rules=RuleBook(), read=beside(()))
    refusal = CustomerNotSatisfiedYet(originator_id=filed.originator_id, unreached=0, unreached_limit=2)
    assert found == BrokenRule(
        originator_id=filed.originator_id,
        version=2,
        topic="complaint.closed",
        occurred_at=history[1].occurred_at,
        refusal=found.refusal,
    )
    assert (type(found.refusal), vars(found.refusal)) == (type(refusal), vars(refusal))


def test_the_rule_is_that_of_its_day() -> None:
    lenient = read_rules([rule("limit", "unreached_limit", "0")])
    assert broken(COMPLAINT, filed, told(ComplaintClosed), rules=lenient) == []


def test_what_was_taken_back_breaks_nothing() -> None:
    closed = told(ComplaintClosed)
    taken_back = void(numbered((filed, closed), after=0)[1], reason="wrong", now=NOW)
    assert broken(COMPLAINT, filed, closed, taken_back) == []


def test_shares_that_make_no_whole_are_listed_once_for_all_parties() -> None:
    half, third = (
        told(ComplaintLiabilityAttributed, attribution_id="a1", party=party, share=share, rule="judged")
        for party, share in (("sales", 500_000), ("group", 333_333))
    )
    whole = replace(third, share=500_000)
    assert broken(COMPLAINT, filed, half, third) == [("SharesDoNotMakeAWhole", 2)]
    assert broken(COMPLAINT, filed, half, whole) == []


def test_what_follows_from_a_decision_is_not_asked_again() -> None:
    no = told(ComplaintFollowUpRecorded, with_whom="customer", means="call", reached=True, resolved=False)
    again = told(ComplaintReopened)
    assert (
        broken(COMPLAINT, filed, no, again, no, again, told(ComplaintReclassified, severity="repeat")) == []
    )


def test_a_final_approval_above_its_level_is_ruled_otherwise() -> None:
    asked = told(ClaimApprovalRequested, level="station")
    too_low = replace(approved, level="station")
    history = numbered((*BEFORE_APPROVAL[:-2], asked, too_low), after=0)
    (found,) = broken_rules(history, stream=CLAIM, rules=RuleBook(), read=lambda *_: BESIDE)
    assert isinstance(found.refusal, RuledOtherwise)
    assert (found.topic, found.refusal.ruled) == (
        "claim.approved",
        ("claim.approved", "claim.approval_requested"),
    )


def test_what_cannot_be_is_listed_too() -> None:
    backwards = replace(answered, wait_ms=-1)
    assert broken(CALL, offered, backwards) == [("NegativeDuration", 2)]
    assert broken(CALL, offered, answered, told(CallAbandoned, wait_ms=1)) == [("CallHasItsOutcome", 3)]
    assert broken(CALL, told(CallTransferred, to_queue="motor")) == [("CallNotOffered", 1)]


def test_history_goes_on_after_a_broken_rule() -> None:
    listed = broken(CLAIM, told(ClaimCustomerNotified), *BEFORE_APPROVAL[:2], told(ClaimCustomerNotified))
    assert listed == [("ClaimNotReported", 1), ("ClaimUndecided", 4)]


def test_every_event_that_somebody_may_ask_for_is_asked_for() -> None:
    not_asked = {event.TOPIC for event in EVENTS if event not in COMMAND_FOR}
    assert {topic for topic in not_asked if not topic.startswith("member.")} == {
        "callback.expired",
        "organisation.configured",
        "event.voided",
    }


def test_points_spent_beyond_the_balance_are_listed_by_the_ledgers_own_rule() -> None:
    earned = told(MemberPointsEarned, lot_id="l1", points=Decimal(100), reason="flight")
    spent = told(MemberPointsRedeemed, redemption_id="r1", points=Decimal(150), venue="gift")
    history = numbered((told(MemberEnrolled, programme="miles", tier="star"), earned, spent), after=0)
    found = broken_rules(history, stream=MEMBER, rules=RuleBook(), read=beside(()))
    assert [(one.rule, one.version) for one in found] == [("redemptions_stay_within_the_balance", 3)]
    assert broken_rules(history[:2], stream=MEMBER, rules=RuleBook(), read=beside(())) == ()
