"""What falls due in a membership by itself: told at its due moment, in order, by whoever asks first.

Two sources: lots, whose points expire, and tier moves. They are merged moment by moment, since an expiry may
move a tier; of one moment, expiries come first.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from domain.envelope import Event
from domain.member.account import after, tell_due, terms_for
from domain.member.events import MemberPointsExpired
from domain.member.ledger import ledger_of
from domain.member.state import Member
from domain.member.tiers_due import next_tier_due, tiers_due
from domain.organisation.rules import RuleBook
from domain.telling import Command, Situation

# Within the calendar in every zone; what expires later than that never does.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)

# Gives the events of the first moment, up to `until`, at which something fell due; none if nothing did.
DueSource = Callable[[Member, Command, Situation, datetime], tuple[Event, ...]]


def events_due(member: Member, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Tell everything that fell due by now and that nobody told, each at its due moment."""
    told: list[Event] = []
    while first := _first_due(member, command, situation):
        told += first
        member = after(member, first)
    return tuple(told)


def next_due(member: Member, rules: RuleBook) -> datetime | None:
    """Find when something falls due next, if nothing else happens; None if nothing ever does."""
    moments = [moment for source in NEXT_MOMENTS if (moment := source(member, rules))]
    return min(moments, default=None)


def _first_due(member: Member, command: Command, situation: Situation) -> tuple[Event, ...]:
    due = [events for source in DUE_SOURCES if (events := source(member, command, situation, situation.now))]
    return min(due, key=lambda events: events[0].occurred_at, default=())


def points_due(member: Member, command: Command, situation: Situation, until: datetime) -> tuple[Event, ...]:
    """Tell the expiries of the first moment at which points lapsed."""
    lapses = ledger_of(member.events, terms_for(member, situation.rules), until=until).lapses()
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


DUE_SOURCES: tuple[DueSource, ...] = (points_due, tiers_due)
NEXT_MOMENTS: tuple[Callable[[Member, RuleBook], datetime | None], ...] = (next_points_due, next_tier_due)
