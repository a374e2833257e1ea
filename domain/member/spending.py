"""Decisions on redemptions: spending points out of lots in the programme's order, and giving them back."""

from decimal import Decimal

from msgspec.structs import replace

from domain.envelope import Event
from domain.member.account import (
    SettledSituation,
    after,
    check_open,
    check_positive,
    terms_for,
    told_of,
)
from domain.member.commands import DrawMemberPoints, RedeemMemberPoints
from domain.member.events import MemberPointsDrawn, MemberPointsRedeemed
from domain.member.ledger import ledger_of
from domain.member.lots import OVERDRAFT, total
from domain.member.refusals import (
    DrawsExceedRedemption,
    LotCannotGive,
    NoSuchRedemption,
    NotEnoughPoints,
    RedemptionToldOtherwise,
)
from domain.member.shares import Part, shared_out
from domain.member.state import Member
from domain.telling import Situation, moment_of, says_the_same, tell, tell_as


def redeem(member: Member, command: RedeemMemberPoints, situation: SettledSituation) -> tuple[Event, ...]:
    """Spend points once, and tell from which lots."""
    check_open(member, command)
    check_positive(command, command.points)
    known = told_of(member, MemberPointsRedeemed, redemption_id=command.redemption_id)
    if known is not None and not says_the_same(command, known):
        raise RedemptionToldOtherwise(
            originator_id=command.originator_id, redemption_id=command.redemption_id
        )
    if known is not None:
        return ()
    parts = _drawn_from(member, command, situation)
    return (tell(command, now=situation.now), *(_draw(command, part, situation) for part in parts))


def _drawn_from(member: Member, command: RedeemMemberPoints, situation: SettledSituation) -> list[Part]:
    ledger = situation.ledger
    programme, _ = terms_for(member, situation.rules)(moment_of(command, now=situation.now))
    parts, rest = shared_out(command.points, ledger.spendable.items())
    if rest and not programme.overdraft:
        raise NotEnoughPoints(
            originator_id=command.originator_id,
            points=command.points,
            available=ledger.available,
            pending=ledger.pending,
            owed=ledger.owed,
        )
    return [*parts, (OVERDRAFT, rest)] if rest else parts


def _draw(command: RedeemMemberPoints, part: Part, situation: Situation) -> Event:
    lot_id, points = part
    return tell_as(
        MemberPointsDrawn,
        command,
        now=situation.now,
        redemption_id=command.redemption_id,
        lot_id=lot_id,
        points=points,
    )


def draw(member: Member, command: DrawMemberPoints, situation: Situation) -> tuple[Event, ...]:
    """Tell from which lot a redemption drew that was told without; the draws derived for it make way."""
    check_open(member, command)
    check_positive(command, command.points)
    known = told_of(member, MemberPointsRedeemed, redemption_id=command.redemption_id)
    if known is None:
        raise NoSuchRedemption(originator_id=command.originator_id, redemption_id=command.redemption_id)
    draws = [event for event in member.events if isinstance(event, MemberPointsDrawn)]
    told = [event for event in draws if event.redemption_id == command.redemption_id]
    if any((event.lot_id, event.points) == (command.lot_id, command.points) for event in told):
        return ()
    check_within_redemption(member, command, told=total(event.points for event in told))
    drawn = tell(replace(command, occurred_at=command.occurred_at or known.occurred_at), now=situation.now)
    check_lot_gives(member, drawn, command, situation)
    return (drawn,)


def check_within_redemption(member: Member, command: DrawMemberPoints, *, told: Decimal) -> None:
    """Refuse a draw beyond what was redeemed."""
    redeemed = total(
        event.points
        for event in member.events
        if isinstance(event, MemberPointsRedeemed) and event.redemption_id == command.redemption_id
    )
    if told + command.points > redeemed:
        raise DrawsExceedRedemption(
            originator_id=command.originator_id,
            redemption_id=command.redemption_id,
            points=command.points,
            redeemed=redeemed,
            told=told,
        )


def check_lot_gives(member: Member, drawn: Event, command: DrawMemberPoints, situation: Situation) -> None:
    """Refuse a draw that would break a rule of the ledger that holds without it."""
    terms = terms_for(member, situation.rules)
    before = ledger_of(member.events, terms, until=situation.now).breaches
    with_it = ledger_of(after(member, (drawn,)).events, terms, until=situation.now).breaches
    if len(with_it) > len(before):
        raise LotCannotGive(
            originator_id=command.originator_id,
            redemption_id=command.redemption_id,
            lot_id=command.lot_id,
            points=command.points,
        )
