"""Whom a complaint goes to next: one level up its ladder, and what falls due by a broken promise."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from domain.complaint.commands import EscalateDueComplaint
from domain.complaint.events import ComplaintEscalated
from domain.complaint.ladders import height_of, ladder_of, level_above, on_ladder
from domain.complaint.state import NO_SOLUTION_IN_TIME, PROMISE_BROKEN, Complaint, Promise, evolve
from domain.organisation.rule_bodies import Ladder
from domain.organisation.rules import local_day
from domain.telling import Command, Situation, moment_of, tell_as

END_OF_TIME = datetime.max.replace(tzinfo=UTC)


def level_after_no_solution(complaint: Complaint, *, ladder: Ladder) -> str | None:
    """First contact not resolved: the manager is asked; no solution, or passed on: one level up."""
    return level_above(complaint.level, ladder=ladder)


def level_after_unmet_promise(complaint: Complaint, promise: Promise, *, ladder: Ladder) -> str | None:
    """Promised, and no effective solution in time: one level up; None if it went up since the promise."""
    has_risen = height_of(complaint.level, ladder=ladder) > height_of(promise.by_level, ladder=ladder)
    return None if has_risen else level_above(complaint.level, ladder=ladder)


def level_after_broken_promise(complaint: Complaint, promise: Promise, *, ladder: Ladder) -> str | None:
    """Promise broken: one level above whoever promised; None if it is there already."""
    above = level_above(promise.by_level, ladder=ladder)
    is_there = height_of(complaint.level, ladder=ladder) >= height_of(above, ladder=ladder)
    return None if is_there else above


def is_followed_until_accepted(complaint: Complaint, *, at: datetime) -> bool:
    """After a broken promise only the customer's own word closes the complaint."""
    promise = complaint.promise
    return complaint.has_broken_promise or (promise is not None and promise.due_at < at)


def escalations_due(
    complaint: Complaint, command: Command, situation: Situation
) -> tuple[ComplaintEscalated, ...]:
    """Tell the escalations that fell due by the command's moment and nobody told, each at its due moment."""
    until = min(moment_of(command, now=situation.now), situation.now)
    return _escalations_before(until, complaint, command, situation)


def next_due(complaint: Complaint, situation: Situation) -> datetime | None:
    """Find when the complaint will be escalated if nothing happens; None if never."""
    if complaint.filed is None:
        return None
    settle = EscalateDueComplaint(originator_id=complaint.filed.originator_id)
    told = _escalations_before(END_OF_TIME, complaint, settle, situation)
    return min((event.occurred_at for event in told), default=None)


def _escalations_before(
    until: datetime, complaint: Complaint, command: Command, situation: Situation
) -> tuple[ComplaintEscalated, ...]:
    complaint = on_ladder(complaint, situation)
    ladder = ladder_of(complaint, situation)
    if ladder is None or complaint.promise is None:
        return ()
    told: list[ComplaintEscalated] = []
    for due_at, reason in _due_moments(complaint.promise, situation, until=until):
        level = _level_due(complaint, complaint.promise, reason=reason, ladder=ladder)
        if level is not None:
            told.append(_escalated(complaint, command, situation, level=level, reason=reason, due_at=due_at))
            complaint = evolve(complaint, told[-1])
    return tuple(told)


def _due_moments(promise: Promise, situation: Situation, *, until: datetime) -> list[tuple[datetime, str]]:
    day = local_day(promise.made_at, rules=situation.rules)
    wait = timedelta(minutes=situation.rules.limit("no_solution_minutes", on=day))
    moments = [(promise.made_at + wait, NO_SOLUTION_IN_TIME), (promise.due_at, PROMISE_BROKEN)]
    return sorted(moment for moment in moments if moment[0] < until)


def _level_due(complaint: Complaint, promise: Promise, *, reason: str, ladder: Ladder) -> str | None:
    if reason == PROMISE_BROKEN:
        return level_after_broken_promise(complaint, promise, ladder=ladder)
    return level_after_unmet_promise(complaint, promise, ladder=ladder)


def _escalated(  # noqa: PLR0913  one event's fields
    complaint: Complaint,
    command: Command,
    situation: Situation,
    *,
    level: str,
    reason: str,
    due_at: datetime,
) -> ComplaintEscalated:
    """Make the escalation in the complaint's own envelope: nobody's command asked for it."""
    told = tell_as(ComplaintEscalated, command, now=situation.now, level=level, reason=reason)
    return replace(
        told,
        occurred_at=due_at,
        agent_id=None,
        campaign_id=None,
        unit=complaint.with_unit,
        tier=complaint.filed.tier if complaint.filed else None,
    )
