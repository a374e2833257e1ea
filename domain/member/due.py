"""What falls due in a membership by itself: told at its due moment, in order, by whoever asks first.

Two sources: lots, whose points expire, and tier moves. An expiry may move a tier, no move expires points: so
expiries are found first, then the moves; of one moment, expiries come first.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from msgspec.structs import replace

from domain.envelope import Event
from domain.member.account import after, ledger_for, tell_due, terms_for
from domain.member.events import MemberPointsExpired, MemberTierChanged
from domain.member.ledger import ledger_of
from domain.member.lots import Ledger
from domain.member.standing import changes_of, walked
from domain.member.state import Member
from domain.member.terms import ever_qualifies
from domain.member.tier_walk import TierWalk
from domain.member.tiers_due import next_tier_due, tiers_due
from domain.organisation.rules import RuleBook
from domain.telling import Command, Situation

# Within the calendar in every zone; what expires later than that never does.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Settled(NamedTuple):
    """What fell due and was told now, and how the membership then stands.

    `ledger` is read for the command's moment; `walk` went through the member's time up to now (None: points
    never decide on tiers).
    """

    told: tuple[Event, ...]
    member: Member
    ledger: Ledger
    walk: TierWalk | None


def settle(member: Member, command: Command, situation: Situation) -> Settled:
    """Tell everything that fell due by now and that nobody told, each at its due moment."""
    ledger = ledger_for(member, command, situation)
    expiries = points_due(member, ledger, command, situation)
    less = after(member, expiries)
    walk = walk_until_now(less, situation)
    moves = moves_due(less, command, situation) if walk and walk.moves else ()
    if not expiries and not moves:
        return Settled((), member, ledger, walk)
    told = merged(expiries, moves, tier=member.tier)
    member = after(member, told)
    return Settled(told, member, ledger_for(member, command, situation), walk_until_now(member, situation))


def events_following(
    settled: Settled, told: tuple[Event, ...], command: Command, situation: Situation
) -> tuple[Event, ...]:
    """Tell what fell due by what was told: tiers that it reached, and points if it happened in the past."""
    member = after(settled.member, told)
    if any(event.occurred_at < situation.now for event in told):
        return settle(member, command, situation).told
    if settled.walk is not None and not moves_by(settled.walk, told, now=situation.now):
        return ()
    return moves_due(member, command, situation)


def walk_until_now(member: Member, situation: Situation) -> TierWalk | None:
    """Go through the member's time up to now; not where points never decide on tiers."""
    if not ever_qualifies(situation.rules, member.programme):
        return None
    return walked(
        member.events,
        terms=terms_for(member, situation.rules),
        changes=changes_of(situation.rules, member.programme),
        until=situation.now,
        inclusive=True,
    )


def moves_by(walk: TierWalk, told: tuple[Event, ...], *, now: datetime) -> bool:
    """Let a walk that stands at now take in what happens now; says whether a move falls due by it."""
    for event in told:
        if event.occurred_at <= now:
            walk.tell(event)
    walk.pass_until(now, inclusive=True)
    return bool(walk.moves)


def points_due(member: Member, ledger: Ledger, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Tell the expiries of all points that lapsed by now, in order of due moment."""
    return tuple(
        tell_due(
            MemberPointsExpired, command, member, at=due_at, now=situation.now, lot_id=lot_id, points=points
        )
        for due_at, lot_id, points in ledger.lapses()
        if due_at <= situation.now
    )


def moves_due(member: Member, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Tell all tier moves that fell due by now, with what they bring."""
    told: tuple[Event, ...] = ()
    if not ever_qualifies(situation.rules, member.programme):
        return told
    while moved := tiers_due(member, command, situation, situation.now):
        told, member = (*told, *moved), after(member, moved)
    return told


def merged(expiries: tuple[Event, ...], moves: tuple[Event, ...], *, tier: str | None) -> tuple[Event, ...]:
    """Bring both in order of due moment, an expiry first; each carries the tier of its moment."""
    told: list[Event] = []
    for event in sorted((*expiries, *moves), key=lambda event: event.occurred_at):
        told.append(replace(event, tier=tier) if isinstance(event, MemberPointsExpired) else event)
        tier = event.to_tier if isinstance(event, MemberTierChanged) else tier
    return tuple(told)


def next_due(member: Member, rules: RuleBook) -> datetime | None:
    """Find when something falls due next, if nothing else happens; None if nothing ever does."""
    moments = [moment for source in NEXT_MOMENTS if (moment := source(member, rules))]
    return min(moments, default=None)


def next_points_due(member: Member, rules: RuleBook) -> datetime | None:
    """Find when points lapse next, or did and were not told."""
    lapses = ledger_of(member.events, terms_for(member, rules), until=NEVER).lapses()
    return lapses[0][0] if lapses else None


NEXT_MOMENTS: tuple[Callable[[Member, RuleBook], datetime | None], ...] = (next_points_due, next_tier_due)
