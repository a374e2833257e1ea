"""Decisions on a membership and its tier: enrolling, a tier given by hand, entitlements, the end."""

from datetime import datetime

from domain.checks import check_choice
from domain.envelope import Event
from domain.member.account import SettledSituation, check_enrolled, check_open, terms_for
from domain.member.commands import (
    ChangeMemberTier,
    CloseMember,
    EnrolMember,
    EntitleMember,
    ExtendMemberTier,
)
from domain.member.events import MemberPointsExpired, MemberPointsReversed
from domain.member.lots import OVERDRAFT, Ledger
from domain.member.periods import kept_until
from domain.member.refusals import (
    ClosedBeforeItsLastEvent,
    EndsInThePast,
    MemberEnrolledOtherwise,
    NotAnExtension,
    NothingToEntitleTo,
    ReasonIsReserved,
)
from domain.member.state import Member
from domain.member.tier_walk import BY_POINTS
from domain.organisation.programme_in_force import PROGRAMME, programme_at
from domain.telling import Command, Situation, moment_of, says_the_same, tell, tell_as, tell_unless


def enrol(member: Member, command: EnrolMember, situation: Situation) -> tuple[Event, ...]:
    """Begin a membership once, in a programme and tier that are known where any is configured."""
    known = situation.rules.names(PROGRAMME)
    if known:
        check_choice(command, field="programme", known=known)
    moment = moment_of(command, now=situation.now)
    programme, _ = programme_at(situation.rules, command.programme, at=moment)
    check_tier(command, field="tier", known=[tier.name for tier in programme.tiers])
    enrolled = member.enrolled
    if enrolled is not None and not says_the_same(command, enrolled):
        raise MemberEnrolledOtherwise(
            originator_id=command.originator_id, programme=enrolled.programme, tier=enrolled.tier
        )
    return tell_unless(enrolled is not None, command, now=situation.now)


def check_tier(command: Command, *, field: str, known: list[str]) -> None:
    """Refuse a tier that the programme does not have, where it has any."""
    if known:
        check_choice(command, field=field, known=known)


def change_tier(member: Member, command: ChangeMemberTier, situation: Situation) -> tuple[Event, ...]:
    """Give a tier by hand until an end: where points decide on tiers, by default as one reached by points."""
    check_open(member, command)
    moment = moment_of(command, now=situation.now)
    programme, zone = terms_for(member, situation.rules)(moment)
    check_tier(command, field="to_tier", known=[tier.name for tier in programme.tiers])
    if command.reason in BY_POINTS:
        raise ReasonIsReserved(originator_id=command.originator_id, reason=command.reason)
    until, rule = command.until, programme.qualification
    if until is not None:
        check_ends_later(command, until=until, moment=moment)
    elif rule is not None:
        enrolled = check_enrolled(member, command)
        until = kept_until(moment, rule, zone=zone, enrolled_at=enrolled.occurred_at)
    if (member.tier, member.tier_until) == (command.to_tier, until):
        return ()
    return (
        tell_as(
            command.EVENT,
            command,
            now=situation.now,
            from_tier=member.tier,
            to_tier=command.to_tier,
            reason=command.reason,
            until=until,
        ),
    )


def check_ends_later(command: Command, *, until: datetime, moment: datetime) -> None:
    """Refuse an end that is over."""
    if until <= moment:
        raise EndsInThePast(originator_id=command.originator_id, until=until, occurred_at=moment)


def extend_tier(member: Member, command: ExtendMemberTier, situation: Situation) -> tuple[Event, ...]:
    """Let the member keep the tier for longer: one that has an end, or on whose end points decide."""
    check_open(member, command)
    if member.tier_until == command.until:
        return ()
    moment = moment_of(command, now=situation.now)
    check_ends_later(command, until=command.until, moment=moment)
    programme, _ = terms_for(member, situation.rules)(moment)
    is_for_ever = member.tier_until is None and programme.qualification is None
    if is_for_ever or (member.tier_until is not None and command.until < member.tier_until):
        raise NotAnExtension(
            originator_id=command.originator_id,
            tier=member.tier,
            until=command.until,
            ends=member.tier_until,
        )
    return (tell(command, now=situation.now),)


def entitle(member: Member, command: EntitleMember, situation: Situation) -> tuple[Event, ...]:
    """Grant so many uses of a kind until a moment."""
    check_open(member, command)
    if command.quantity < 1:
        raise NothingToEntitleTo(
            originator_id=command.originator_id, kind=command.kind, quantity=command.quantity
        )
    check_ends_later(command, until=command.until, moment=moment_of(command, now=situation.now))
    return (tell(command, now=situation.now),)


def close(member: Member, command: CloseMember, situation: SettledSituation) -> tuple[Event, ...]:
    """End the membership: available points expire with it, pending ones are taken back, a debt stays."""
    check_enrolled(member, command)
    if member.is_closed:
        return ()
    moment = moment_of(command, now=situation.now)
    last_at = max(event.occurred_at for event in member.events)
    if moment < last_at:
        raise ClosedBeforeItsLastEvent(
            originator_id=command.originator_id, occurred_at=moment, last_event_at=last_at
        )
    ledger = situation.ledger
    return (*_forfeited(ledger, command, situation), tell(command, now=situation.now))


def _forfeited(ledger: Ledger, command: CloseMember, situation: Situation) -> list[Event]:
    held = [lot for lot in ledger.lots.values() if lot.held > 0 and lot.lot_id != OVERDRAFT]
    return [
        tell_as(
            MemberPointsReversed,
            command,
            now=situation.now,
            lot_id=lot.lot_id,
            of=lot.lot_id,
            points=lot.held,
        )
        if lot.is_pending
        else tell_as(MemberPointsExpired, command, now=situation.now, lot_id=lot.lot_id, points=lot.held)
        for lot in held
    ]
