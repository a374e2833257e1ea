"""The moves between tiers that fell due, as events: each at its due moment, with what the new tier brings."""

from collections.abc import Iterator
from datetime import datetime

from domain.envelope import Event
from domain.member.account import tell_due, terms_for
from domain.member.events import MemberEntitled, MemberTierChanged
from domain.member.standing import changes_of, next_tier_move, tier_moves_due
from domain.member.state import Member
from domain.member.tier_walk import TIER_REACHED, TierMove
from domain.organisation.rules import RuleBook
from domain.organisation.terms import end_of_day
from domain.telling import Command, Situation


def tiers_due(member: Member, command: Command, situation: Situation, until: datetime) -> tuple[Event, ...]:
    """Tell the first move, up to a moment, that fell due and that nobody told; none if there is none."""
    moves = tier_moves_due(
        member.events,
        terms=terms_for(member, situation.rules),
        changes=changes_of(situation.rules, member.programme),
        until=until,
        inclusive=True,
    )
    return tuple(_events_of(moves[0], member, command, situation)) if moves else ()


def next_tier_due(member: Member, rules: RuleBook) -> datetime | None:
    """Find when the member's tier moves next if nothing else happens; None if it never does."""
    move = next_tier_move(
        member.events, terms=terms_for(member, rules), changes=changes_of(rules, member.programme)
    )
    return move.at if move else None


def _events_of(move: TierMove, member: Member, command: Command, situation: Situation) -> Iterator[Event]:
    yield tell_due(
        MemberTierChanged,
        command,
        member,
        at=move.at,
        now=situation.now,
        from_tier=move.from_tier,
        to_tier=move.to_tier,
        reason=move.reason,
    )
    programme, zone = terms_for(member, situation.rules)(move.at)
    tier = programme.tier(move.to_tier)
    if tier is None or move.reason != TIER_REACHED:
        return
    for brought in tier.entitlements:
        last_day = brought.term.last_day(move.at.astimezone(zone).date())
        yield tell_due(
            MemberEntitled,
            command,
            member,
            at=move.at,
            now=situation.now,
            kind=brought.kind,
            quantity=brought.quantity,
            until=end_of_day(last_day, zone=zone),
        )
