"""Decisions on a target: set and published period by period, of one metric narrowed in one way."""

from collections.abc import Callable
from typing import Any

from domain.checks import check_choice, check_period
from domain.envelope import Event
from domain.target.commands import PublishTarget, SetTarget
from domain.target.refusals import ChallengeIsEasier, OtherTarget, RankOutOfRange, WhereUnreadable
from domain.target.state import Aim, Target, aim_of
from domain.telling import Command, Situation, says_the_same, tell_unless

HIGHER, LOWER = DIRECTIONS = ("higher", "lower")


def decide(target: Target, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError."""
    return DECISIONS[type(command)](target, command, situation)


def set_target(target: Target, command: SetTarget, situation: Situation) -> tuple[Event, ...]:
    """Say what a period should reach; again, it replaces."""
    check_aim(target, command)
    check_choice(command, field="direction", known=DIRECTIONS)
    check_challenge(command)
    known = target.targets.get((command.period_start, command.period_end))
    is_so = known is not None and says_the_same(command, known)
    return tell_unless(is_so, command, now=situation.now)


def publish(target: Target, command: PublishTarget, situation: Situation) -> tuple[Event, ...]:
    """Keep what somebody printed for a period; the same publisher's later figure replaces."""
    check_aim(target, command)
    check_rank(command)
    known = target.figures.get(((command.period_start, command.period_end), command.who))
    is_so = known is not None and says_the_same(command, known)
    return tell_unless(is_so, command, now=situation.now)


def check_aim(target: Target, command: SetTarget | PublishTarget) -> None:
    """Refuse an empty period, a `where` that cannot be read, and what is another target."""
    check_period(command.originator_id, period_start=command.period_start, period_end=command.period_end)
    asked = aim_asked(command)
    if target.aim is not None and target.aim != asked:
        raise OtherTarget(originator_id=command.originator_id, asked=asked, known=target.aim)


def aim_asked(command: SetTarget | PublishTarget) -> Aim:
    """Say of what a command is; raises WhereUnreadable."""
    try:
        return aim_of(
            metric=command.metric, definition=command.definition, unit=command.unit, where=command.where
        )
    except ValueError as error:
        raise WhereUnreadable(
            originator_id=command.originator_id, where=str(command.where), problem=str(error)
        ) from error


def check_challenge(command: SetTarget) -> None:
    """Refuse a challenge that is easier than the target."""
    if command.challenge is None:
        return
    gap = command.challenge - command.target
    if gap < 0 if command.direction == HIGHER else gap > 0:
        raise ChallengeIsEasier(
            originator_id=command.originator_id,
            target=command.target,
            challenge=command.challenge,
            direction=command.direction,
        )


def check_rank(command: PublishTarget) -> None:
    """Refuse a rank without a number of ranked, and one that is not among them; neither is fine."""
    rank, of = command.rank, command.of
    if (rank is None and of is None) or (rank is not None and of is not None and 1 <= rank <= of):
        return
    raise RankOutOfRange(originator_id=command.originator_id, rank=rank, of=of)


DECISIONS: dict[type[Command], Callable[[Target, Any, Situation], tuple[Event, ...]]] = {
    SetTarget: set_target,
    PublishTarget: publish,
}
