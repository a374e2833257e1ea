"""What holds of complaints whatever is commanded: levels rise, liability is whole, due is once."""

from datetime import timedelta

from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.broken_rules import broken_rules
from domain.call.state import Call
from domain.complaint.commands import ArbitrateComplaint
from domain.complaint.escalation import next_due
from domain.complaint.ladders import height_of
from domain.complaint.liability import WHOLE, PartyShare
from domain.complaint.severity import SEVERITIES
from domain.complaint.state import Complaint, evolve
from domain.errors import DomainError
from domain.folding import fold_live
from domain.organisation.rule_bodies import DEFAULT_LADDERS
from domain.organisation.rules import RuleBook
from domain.streams import COMPLAINT
from domain.telling import Command, Situation
from domain.unit.state import Unit
from tests.domain.complaint.examples import (
    accept,
    appeal,
    assign,
    close,
    escalate,
    escalate_due,
    hand_over,
    operations,
    penalty,
    promise,
    reclassify,
    reopen,
    reply,
    resolve,
    satisfied,
    uphold,
)
from tests.examples import CALL_ID, COMPLAINT_ID, NOW, UNIT_ID, filed
from tests.given import Given, given

STORE_ID = "unit-desk:depot-8"
BESIDE = {UNIT_ID: Unit(kind="depot"), STORE_ID: Unit(kind="store"), CALL_ID: Call()}
LEVELS = [level for ladder in DEFAULT_LADDERS.values() for level in ladder.levels]

both = replace(
    operations, attribution_id="a2", shares=(PartyShare("sales", 400_000), PartyShare("group", 600_000))
)
overturn = ArbitrateComplaint(
    originator_id=COMPLAINT_ID, appeal_id="p1", by="arbitration", outcome="overturned", replacement=both
)
dissatisfied = replace(satisfied, resolved=False)
unreached = replace(satisfied, reached=False, resolved=None)
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from(
        [accept, appeal, assign, close, escalate, escalate_due, hand_over, operations, overturn, penalty]
    ),
    st.sampled_from([reclassify, reopen, reply, resolve, satisfied, dissatisfied, unreached, uphold, both]),
    st.sampled_from([replace(escalate, level=level) for level in LEVELS]),
    st.builds(
        lambda minutes: replace(promise, solution_due_at=NOW + timedelta(minutes=minutes)),
        st.integers(1, 400),
    ),
)
STEPS = st.lists(st.tuples(COMMANDS, st.integers(0, 90)), max_size=15)


def complaint_after(story: Given) -> Complaint:
    return fold_live(story.events, initial=Complaint(), evolve=evolve)


def height(level: str | None) -> int:
    return max(height_of(level, ladder=ladder) for ladder in DEFAULT_LADDERS.values())


def stories(steps: list[tuple[Command, int]]) -> list[Given]:
    """The story after each command that was not refused, told one after another."""
    told, now = [given(COMPLAINT, filed).beside(BESIDE)], NOW
    for command, minutes in steps:
        now += timedelta(minutes=minutes)
        try:
            told.append(told[-1].at(now).and_(command))
        except DomainError:
            continue
    return told


@settings(max_examples=150, deadline=None)
@any_of(STEPS)
def test_levels_and_classes_only_rise(steps: list[tuple[Command, int]]) -> None:
    states = [complaint_after(story) for story in stories(steps)]
    heights = [height(state.level) for state in states]
    classes = [SEVERITIES.index(state.severity) for state in states]
    assert (heights, classes) == (sorted(heights), sorted(classes))


@settings(max_examples=100, deadline=None)
@any_of(STEPS)
def test_at_most_one_attribution_is_in_force_and_each_is_a_whole(steps: list[tuple[Command, int]]) -> None:
    attributions = complaint_after(stories(steps)[-1]).attributions
    assert sum(known.in_force for known in attributions) <= 1
    assert all(sum(share.share for share in known.shares) == WHOLE for known in attributions)


@settings(max_examples=150, deadline=None)
@any_of(STEPS)
def test_what_falls_due_is_told_once_at_the_moment_that_was_foreseen(
    steps: list[tuple[Command, int]],
) -> None:
    story = stories(steps)[-1]
    foreseen = next_due(complaint_after(story), Situation(now=story.now, rules=RuleBook(), others=BESIDE))
    later = story.at(story.now + timedelta(days=30))
    told = later.when(escalate_due)
    assert (told[0].occurred_at if told else None) == foreseen
    assert later.and_(escalate_due).when(escalate_due) == ()


@settings(max_examples=100, deadline=None)
@any_of(STEPS)
def test_a_history_made_of_commands_breaks_no_rule(steps: list[tuple[Command, int]]) -> None:
    events = stories(steps)[-1].events
    assert broken_rules(events, stream=COMPLAINT, rules=RuleBook(), read=lambda *_: BESIDE) == ()
