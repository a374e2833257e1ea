"""What several decisions on a membership ask first: is it open, and what does its ledger say."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from msgspec.structs import replace

from domain.envelope import Event
from domain.folding import fold_live
from domain.member.events import MemberEnrolled
from domain.member.ledger import ledger_of
from domain.member.lots import Ledger
from domain.member.refusals import (
    MemberIsClosed,
    MemberNotEnrolled,
    PointsNotPositive,
    UndoneBeforeItHappened,
)
from domain.member.state import Member, evolve
from domain.member.terms import Terms, terms_of
from domain.organisation.rules import RuleBook
from domain.telling import Command, Situation, Told, moment_of, tell_as


def check_enrolled(member: Member, command: Command) -> MemberEnrolled:
    """Refuse what comes before the enrolment; give the enrolment."""
    if member.enrolled is None:
        raise MemberNotEnrolled(originator_id=command.originator_id)
    return member.enrolled


def check_open(member: Member, command: Command) -> None:
    """Refuse what is asked of a membership that has not begun or has ended."""
    check_enrolled(member, command)
    if member.is_closed:
        raise MemberIsClosed(originator_id=command.originator_id)


def terms_for(member: Member, rules: RuleBook) -> Terms:
    """Find the programme of a member, by moment."""
    return terms_of(rules, member.programme)


class SettledSituation(Situation, frozen=True, kw_only=True):
    """A situation in which everything due is told, and the ledger as `ledger_for` then reads it."""

    ledger: Ledger


def ledger_for(member: Member, command: Command, situation: Situation) -> Ledger:
    """Read the ledger as it stands now, with what each lot can give at the command's moment.

    What falls due between the two, whichever is first, counts as gone.
    """
    moment = moment_of(command, now=situation.now)
    terms = terms_for(member, situation.rules)
    return ledger_of(member.events, terms, until=max(moment, situation.now), since=moment)


def tell_due(
    event_class: type[Told], command: Command, member: Member, *, at: datetime, now: datetime, **payload: Any
) -> Told:
    """Make an event that fell due, in the membership's own envelope."""
    enrolled = member.enrolled
    own = replace(
        command,
        occurred_at=at,
        customer_id=command.customer_id or member.customer_id,
        unit=enrolled.unit if enrolled else None,
        agent_id=None,
        campaign_id=None,
        tier=member.tier,
    )
    return tell_as(event_class, own, now=now, **payload)


def check_positive(command: Command, points: Decimal) -> None:
    """Refuse an amount that is not above zero."""
    if points <= 0:
        raise PointsNotPositive(originator_id=command.originator_id, points=points)


def check_after(command: Command, *, what: str, happened_at: datetime, situation: Situation) -> None:
    """Refuse to undo something before it happened."""
    moment = moment_of(command, now=situation.now)
    if moment < happened_at:
        raise UndoneBeforeItHappened(
            originator_id=command.originator_id, what=what, happened_at=happened_at, occurred_at=moment
        )


def told_of(member: Member, event_class: type[Told], **named: str) -> Told | None:
    """Find the first event of a kind that names these."""
    for event in member.events:
        if isinstance(event, event_class) and all(
            getattr(event, field) == name for field, name in named.items()
        ):
            return event
    return None


def after(member: Member, told: Sequence[Event]) -> Member:
    """See the membership as it is once these events are told too, whenever they happened."""
    highest = max((event.originator_version for event in member.events), default=0)
    numbered = [
        replace(event, originator_version=version) for version, event in enumerate(told, start=highest + 1)
    ]
    if member.events and any(event.occurred_at < member.events[-1].occurred_at for event in numbered):
        return fold_live((*member.events, *numbered), initial=Member(), evolve=evolve)
    return reduce(evolve, sorted(numbered, key=lambda event: event.occurred_at), member)
