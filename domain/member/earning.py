"""Decisions on earnings: crediting points as a lot, and undoing that out of what the member still has."""

from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from domain.envelope import Event
from domain.member.account import (
    SettledSituation,
    check_after,
    check_open,
    check_positive,
    terms_for,
    told_of,
)
from domain.member.commands import EarnMemberPoints, ReverseMemberPoints
from domain.member.events import MemberPointsEarned, MemberPointsReversed
from domain.member.lots import OVERDRAFT, ZERO, Ledger, Lot, total
from domain.member.refusals import (
    LotEarnedOtherwise,
    LotExpiresTooSoon,
    LotIdIsReserved,
    NoSuchLot,
    ReversalExceedsEarning,
    ReversedPointsAreSpent,
)
from domain.member.shares import Part, shared_out
from domain.member.state import Member
from domain.member.terms import end_of_its_day
from domain.organisation.programme import Programme
from domain.organisation.programme_in_force import points_available_at, points_expire_at
from domain.telling import Situation, moment_of, says_the_same, tell, tell_as


def earn(member: Member, command: EarnMemberPoints, situation: Situation) -> tuple[Event, ...]:
    """Credit points as a lot of its own, pending and expiring as the programme says or the command does."""
    check_open(member, command)
    check_positive(command, command.points)
    if command.lot_id == OVERDRAFT:
        raise LotIdIsReserved(originator_id=command.originator_id, lot_id=command.lot_id)
    known = told_of(member, MemberPointsEarned, lot_id=command.lot_id)
    at = known.occurred_at if known else moment_of(command, now=situation.now)
    programme, zone = terms_for(member, situation.rules)(at)
    own_expiry = command.expires_at and end_of_its_day(command.expires_at, zone=zone)
    if known is None:
        available_at = command.available_at or points_available_at(programme, at, zone=zone)
        expires_at = own_expiry or points_expire_at(programme, at, zone=zone)
        asked = replace(command, available_at=available_at, expires_at=expires_at)
        check_expiry(asked, at=at)
        return (tell(asked, now=situation.now),)
    asked = replace(
        command,
        available_at=command.available_at or known.available_at,
        expires_at=own_expiry or known.expires_at,
    )
    if not says_the_same(asked, known):
        raise LotEarnedOtherwise(originator_id=command.originator_id, lot_id=command.lot_id)
    return ()


def check_expiry(command: EarnMemberPoints, *, at: datetime) -> None:
    """Refuse points that expire before they were earned or may be spent."""
    available_at = command.available_at or at
    if command.expires_at is not None and command.expires_at <= max(at, available_at):
        raise LotExpiresTooSoon(
            originator_id=command.originator_id,
            lot_id=command.lot_id,
            available_at=available_at,
            expires_at=command.expires_at,
        )


def reverse(member: Member, command: ReverseMemberPoints, situation: SettledSituation) -> tuple[Event, ...]:
    """Undo an earning out of its own lot, then out of others in the programme's order, then by overdraft."""
    check_open(member, command)
    ledger = situation.ledger
    lot = _earning(ledger, command, situation)
    points = lot.reversible if command.points is None else command.points
    if command.points is None and not points:
        return ()
    check_positive(command, points)
    if points > lot.reversible:
        raise ReversalExceedsEarning(
            originator_id=command.originator_id,
            of=command.of,
            points=points,
            earned=lot.earned,
            reversed=lot.undone,
            expired=lot.expired + lot.lapsed,
        )
    programme, _ = terms_for(member, situation.rules)(moment_of(command, now=situation.now))
    return tuple(
        tell_as(MemberPointsReversed, command, now=situation.now, lot_id=lot_id, of=command.of, points=given)
        for lot_id, given in _reversed_out_of(ledger, lot, points, command, programme)
    )


def _earning(ledger: Ledger, command: ReverseMemberPoints, situation: Situation) -> Lot:
    lot = ledger.lots.get(command.of)
    if lot is None or lot.earned_at is None:
        raise NoSuchLot(originator_id=command.originator_id, of=command.of)
    check_after(command, what=command.of, happened_at=lot.earned_at, situation=situation)
    return lot


def _reversed_out_of(
    ledger: Ledger, lot: Lot, points: Decimal, command: ReverseMemberPoints, programme: Programme
) -> list[Part]:
    """Share a reversal out; raises ReversedPointsAreSpent where nothing gives what was spent."""
    own = ledger.least.get(lot.lot_id, ZERO)
    others = [part for part in ledger.spendable.items() if part[0] != lot.lot_id]
    parts, rest = shared_out(points, [(lot.lot_id, own), *others])
    if rest and not programme.overdraft:
        raise ReversedPointsAreSpent(
            originator_id=command.originator_id,
            of=lot.lot_id,
            points=points,
            drawn=lot.drawn - lot.refunded,
            held=own,
            available=total(given for _, given in others),
        )
    return [*parts, (OVERDRAFT, rest)] if rest else parts
