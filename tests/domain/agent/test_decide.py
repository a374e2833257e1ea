"""An agent joins, moves, is coached and leaves; days are recorded at their end; each refusal is named."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from domain.agent import AgentLeft
from domain.agent.refusals import AgentJoinedOtherwise, AgentNotHere, DayAfterLeaving, NothingToMove
from domain.agent.state import Agent, evolve
from domain.checks import HappensTooFarAhead
from domain.folding import fold_live
from domain.streams import AGENT as AGENTS
from domain.telling import Command
from tests.domain.agent.examples import coach, join, joined, leave, move, record_day
from tests.examples import AGENT, NOW, UNIT, YESTERDAY, rule, told
from tests.given import given, payload, said

left = told(AgentLeft, at=YESTERDAY + timedelta(hours=1))


@pytest.mark.parametrize(
    "command", [move, coach, leave, record_day], ids=lambda command: type(command).__name__
)
def test_told_as_it_was_asked(command: Command) -> None:
    (event,) = given(AGENTS, joined).when(command)
    assert type(event) is command.EVENT
    assert {name: getattr(command, name) for name in payload(event)} == payload(event)


@pytest.mark.parametrize("command", [move, leave, record_day], ids=lambda command: type(command).__name__)
def test_told_again_is_so_already(command: Command) -> None:
    assert given(AGENTS, joined).and_(command).when(command) == ()


@pytest.mark.parametrize(
    "command", [move, coach, leave, record_day], ids=lambda command: type(command).__name__
)
def test_refused_before_the_agent_joined(command: Command) -> None:
    given(AGENTS).when_refused(command, AgentNotHere)


@pytest.mark.parametrize("command", [move, coach], ids=lambda command: type(command).__name__)
def test_refused_after_the_agent_left(command: Command) -> None:
    given(AGENTS, joined, left).when_refused(command, AgentNotHere)


def test_joined() -> None:
    assert said(given(AGENTS).when(join)) == [("agent.joined", payload(joined))]
    assert given(AGENTS, joined).when(join) == ()


def test_joined_again_after_leaving() -> None:
    again = replace(join, role="outbound", trainee=False)
    assert len(given(AGENTS, joined, left).when(again)) == 1


def test_refused_to_join_in_another_role_while_here() -> None:
    refused = given(AGENTS, joined).when_refused(replace(join, role="outbound"), AgentJoinedOtherwise)
    assert (refused.role, refused.team) == ("inbound", "motor")


def test_moved_in_part_keeps_the_rest() -> None:
    moved = given(AGENTS, joined).and_(move).and_(replace(move, team=None, unit="desk:depot-8"))
    agent = fold_live(moved.events, initial=Agent(), evolve=evolve)
    assert (agent.role, agent.team, agent.unit) == ("inbound", "renewals", "desk:depot-8")


def test_moved_to_where_the_agent_is_already_is_so_already() -> None:
    assert given(AGENTS, joined).when(replace(move, role="inbound", team="motor", unit=UNIT)) == ()


def test_refused_to_move_nowhere() -> None:
    given(AGENTS, joined).when_refused(replace(move, team=None), NothingToMove)


def test_coached_each_time() -> None:
    assert len(given(AGENTS, joined).and_(coach).when(coach)) == 1


def test_a_day_happens_at_its_last_microsecond_in_the_organisations_zone() -> None:
    (event,) = given(AGENTS, joined).when(record_day)
    assert event.occurred_at == datetime(2026, 3, 4, 15, 59, 59, 999_999, tzinfo=UTC)
    (there,) = given(AGENTS, joined).under(rule("zone", "zone", '"Europe/Berlin"')).when(record_day)
    assert there.occurred_at == datetime(2026, 3, 4, 22, 59, 59, 999_999, tzinfo=UTC)


def test_a_day_recorded_again_replaces() -> None:
    story = given(AGENTS, joined).and_(record_day).and_(replace(record_day, login_ms=1))
    assert fold_live(story.events, initial=Agent(), evolve=evolve).days[record_day.day].login_ms == 1
    assert story.when(replace(record_day, login_ms=1)) == ()
    assert len(story.when(record_day)) == 1


def test_refused_a_day_that_is_not_nearly_over() -> None:
    given(AGENTS, joined).when_refused(replace(record_day, day=date(2026, 3, 7)), HappensTooFarAhead)


def test_the_day_of_leaving_is_recorded_and_refused_any_later_one() -> None:
    story = given(AGENTS, joined, left)
    assert story.when(record_day)
    refused = story.when_refused(replace(record_day, day=date(2026, 3, 5)), DayAfterLeaving)
    assert (refused.day, refused.left_at) == (date(2026, 3, 5), left.occurred_at)


def test_left() -> None:
    assert said(given(AGENTS, joined).when(replace(leave, occurred_at=NOW))) == [
        ("agent.left", {"reason": "resigned"})
    ]
    assert AGENT in joined.originator_id
