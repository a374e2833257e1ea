"""Decisions on an agent: joins, moves, is coached, leaves; how each day was spent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from domain.agent.commands import CoachAgent, JoinAgent, LeaveAgent, MoveAgent, RecordAgentDay
from domain.agent.refusals import AgentJoinedOtherwise, AgentNotHere, DayAfterLeaving, NothingToMove
from domain.agent.state import Agent
from domain.checks import at_period_end
from domain.envelope import Event
from domain.organisation.rules import local_day
from domain.telling import Command, Situation, says_the_same, tell, tell_unless


def decide(agent: Agent, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError."""
    return DECISIONS[type(command)](agent, command, situation)


def join(agent: Agent, command: JoinAgent, situation: Situation) -> tuple[Event, ...]:
    """Start, or start again after leaving."""
    if agent.joined is None or not agent.is_here:
        return (tell(command, now=situation.now),)
    if not says_the_same(command, agent.joined):
        raise AgentJoinedOtherwise(
            originator_id=command.originator_id, role=agent.joined.role, team=agent.joined.team
        )
    return ()


def move(agent: Agent, command: MoveAgent, situation: Situation) -> tuple[Event, ...]:
    """Change the role, the team, the unit, or several at once."""
    check_here(agent, command)
    asked = (command.role, command.team, command.unit)
    if asked == (None, None, None):
        raise NothingToMove(originator_id=command.originator_id)
    stands = (agent.role, agent.team, agent.unit)
    is_so = all(new in (None, old) for new, old in zip(asked, stands, strict=True))
    return tell_unless(is_so, command, now=situation.now)


def coach(agent: Agent, command: CoachAgent, situation: Situation) -> tuple[Event, ...]:
    """Tell each time that the agent was coached."""
    check_here(agent, command)
    return (tell(command, now=situation.now),)


def leave(agent: Agent, command: LeaveAgent, situation: Situation) -> tuple[Event, ...]:
    """Tell that the agent is gone."""
    if agent.joined is None:
        raise AgentNotHere(originator_id=command.originator_id)
    return tell_unless(not agent.is_here, command, now=situation.now)


def record_day(agent: Agent, command: RecordAgentDay, situation: Situation) -> tuple[Event, ...]:
    """Record how a day was spent, which happens at the day's last microsecond; again, it replaces."""
    check_not_after_leaving(agent, command, situation)
    known = agent.days.get(command.day)
    is_so = known is not None and says_the_same(command, known)
    dated = at_period_end(command, command.day + timedelta(days=1), situation)
    return tell_unless(is_so, dated, now=situation.now)


def check_here(agent: Agent, command: Command) -> None:
    """Refuse what only an agent who is here does."""
    if not agent.is_here:
        raise AgentNotHere(originator_id=command.originator_id)


def check_not_after_leaving(agent: Agent, command: RecordAgentDay, situation: Situation) -> None:
    """Refuse a day of somebody who never joined, and a day after the one on which the agent left."""
    if agent.joined is None:
        raise AgentNotHere(originator_id=command.originator_id)
    if agent.left_at is not None and command.day > local_day(agent.left_at, rules=situation.rules):
        raise DayAfterLeaving(originator_id=command.originator_id, day=command.day, left_at=agent.left_at)


DECISIONS: dict[type[Command], Callable[[Agent, Any, Situation], tuple[Event, ...]]] = {
    JoinAgent: join,
    MoveAgent: move,
    CoachAgent: coach,
    LeaveAgent: leave,
    RecordAgentDay: record_day,
}
