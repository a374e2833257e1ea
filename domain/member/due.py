"""What falls due in a membership by itself: told at its due moment, in order, by whoever asks first.

Two sources: lots, whose points expire, and tier moves. They are merged moment by moment, since an expiry may
move a tier; of one moment, expiries come first.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from domain.envelope import Event
from domain.member.account import after, ledger_for, tell_due, terms_for
from domain.member.events import MemberPointsExpired
from domain.member.ledger import ledger_of
from domain.member.lots import Ledger
from domain.member.state import Member
from domain.member.tiers_due import next_tier_due, tiers_due
from domain.organisation.rules import RuleBook
from domain.telling import Command, Situation

# Within the calendar in every zone; what expires later than that never does.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Settled(NamedTuple):
    """What fell due and was told now, the membership after it, and its ledger for a command's moment."""

    told: tuple[Event, ...]
    member: Member
    ledger: Ledger


def settle(member: Member, command: Command, situation: Situation) -> Settled:
    """Tell everything that fell due by now and that nobody told, each at its due moment."""
    told: tuple[Event, ...] = ()
    while True:
        ledger = ledger_for(member, command, situation)
        first = _first_due(member, ledger, command, situation)
        if not first:
            return Settled(told, member, ledger)
        told, member = (*told, *first), after(member, first)


def events_following(
    member: Member, told: tuple[Event, ...], command: Command, situation: Situation
) -> tuple[Event, ...]:
    """Tell what fell due by what was told: tiers that it reached, and points if it happened in the past."""
    member = after(member, told)
    if any(event.occurred_at < situation.now for event in told):
        return settle(member, command, situation).told
    following: tuple[Event, ...] = ()
    while moved := tiers_due(member, command, situation, situation.now):
        following, member = (*following, *moved), after(member, moved)
    return following


def next_due(member: Member, rules: RuleBook) -> datetime | None:
    """Find when something falls due next, if nothing else happens; None if nothing ever does."""
    moments = [moment for source in NEXT_MOMENTS if (moment := source(member, rules))]
    return min(moments, default=None)


def _first_due(member: Member, ledger: Ledger, command: Command, situation: Situation) -> tuple[Event, ...]:
    due = (
        points_due(member, ledger, command, situation),
        tiers_due(member, command, situation, situation.now),
    )
    return min(filter(None, due), key=lambda events: events[0].occurred_at, default=())


def points_due(member: Member, ledger: Ledger, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Tell the expiries of the first moment, up to now, at which points lapsed."""
    lapses = [lapse for lapse in ledger.lapses() if lapse[0] <= situation.now]
    return tuple(
        tell_due(
            MemberPointsExpired, command, member, at=due_at, now=situation.now, lot_id=lot_id, points=points
        )
        for due_at, lot_id, points in lapses
        if due_at == lapses[0][0]
    )


def next_points_due(member: Member, rules: RuleBook) -> datetime | None:
    """Find when points lapse next, or did and were not told."""
    lapses = ledger_of(member.events, terms_for(member, rules), until=NEVER).lapses()
    return lapses[0][0] if lapses else None


NEXT_MOMENTS: tuple[Callable[[Member, RuleBook], datetime | None], ...] = (next_points_due, next_tier_due)
