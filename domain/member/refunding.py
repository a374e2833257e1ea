"""The decision on giving points of a redemption back to the lots that it drew on: the last drawn first."""

from decimal import Decimal

from domain.envelope import Event
from domain.member.account import SettledSituation, check_after, check_open, check_positive, terms_for
from domain.member.commands import RefundMemberPoints
from domain.member.events import MemberPointsRefunded
from domain.member.ledger import ledger_of
from domain.member.lots import OVERDRAFT, ZERO, Redemption, total
from domain.member.refusals import NoSuchRedemption, RefundExceedsRedemption
from domain.member.shares import Part, shared_out
from domain.member.state import Member
from domain.telling import Situation, moment_of, tell_as


def refund(member: Member, command: RefundMemberPoints, situation: SettledSituation) -> tuple[Event, ...]:
    """Give back all that is left of a redemption, or so many points, of all its lots or of one."""
    check_open(member, command)
    redemption = situation.ledger.redemptions.get(command.redemption_id)
    if redemption is None:
        raise NoSuchRedemption(originator_id=command.originator_id, redemption_id=command.redemption_id)
    check_after(command, what=redemption.redemption_id, happened_at=redemption.at, situation=situation)
    drawn = refundable(redemption, at_the_time(member, command, situation))
    asked = [part for part in drawn if command.lot_id in (None, part[0])]
    left = total(points for _, points in asked)
    points = left if command.points is None else command.points
    if command.points is None and not left:
        return ()
    check_positive(command, points)
    check_left(command, redemption, left=left, points=points)
    return tuple(_refund(command, part, situation) for part in shared_out(points, asked)[0])


def check_left(
    command: RefundMemberPoints, redemption: Redemption, *, left: Decimal, points: Decimal
) -> None:
    """Refuse to give back more than is left."""
    if points > left:
        raise RefundExceedsRedemption(
            originator_id=command.originator_id,
            redemption_id=command.redemption_id,
            lot_id=command.lot_id,
            points=points,
            redeemed=redemption.points,
            refunded=redemption.refunded,
            left=left,
        )


def at_the_time(member: Member, command: RefundMemberPoints, situation: SettledSituation) -> Redemption:
    """Read the redemption as it stood at the command's moment: what was owed then may have moved since."""
    moment = moment_of(command, now=situation.now)
    until_then = [event for event in member.events if event.occurred_at <= moment]
    if len(until_then) < len(member.events):
        ledger = ledger_of(until_then, terms_for(member, situation.rules), until=moment)
    else:
        ledger = situation.ledger
    return ledger.redemptions[command.redemption_id]


def refundable(now: Redemption, then: Redemption) -> list[Part]:
    """List what can come back to each lot: what it had given then, and has not got back until now.

    The overdraft lot comes first: what no lot gave is given back before all.
    """
    lots = reversed([lot_id for lot_id in then.draws if lot_id != OVERDRAFT])
    given = [(lot_id, min(now.drawn_from(lot_id), then.drawn_from(lot_id))) for lot_id in lots]
    left = now.drawn - now.refunded - total(points for _, points in given)
    owed = max(min(then.drawn_from(OVERDRAFT), left), ZERO)
    return [(OVERDRAFT, owed), *given]


def _refund(command: RefundMemberPoints, part: Part, situation: Situation) -> Event:
    lot_id, points = part
    return tell_as(
        MemberPointsRefunded,
        command,
        now=situation.now,
        redemption_id=command.redemption_id,
        lot_id=lot_id,
        points=points,
    )
