"""Decisions on club visits: settled by an entitlement, by points through the ledger, or paid."""

from domain.checks import check_choice
from domain.envelope import Event
from domain.member.account import SettledSituation, check_open
from domain.member.commands import RedeemMemberPoints, VisitClub
from domain.member.entitlements import uses_left, uses_of
from domain.member.lots import ZERO
from domain.member.refusals import FewerThanNoGuests, NotEntitled, VisitSettledOtherwise
from domain.member.spending import redeem
from domain.member.state import Member
from domain.telling import CARRIED, Situation, moment_of, tell

SETTLED_BY = ("entitlement", "points", "paid")
CLUB = "club"


def visit(member: Member, command: VisitClub, situation: SettledSituation) -> tuple[Event, ...]:
    """Tell a visit, and what settles it."""
    check_open(member, command)
    check_choice(command, field="settled_by", known=SETTLED_BY)
    if command.guests < 0:
        raise FewerThanNoGuests(originator_id=command.originator_id, guests=command.guests)
    check_named(command)
    visited = tell(command, now=situation.now)
    if command.settled_by == "points":
        redeemed = redeem(member, redemption_of(command), situation)
        return (*redeemed, visited) if redeemed else ()
    if command.settled_by == "entitlement":
        check_entitled(member, command, situation)
    return (visited,)


def check_named(command: VisitClub) -> None:
    """Refuse a redemption without points that settle, and points without a redemption."""
    settles = command.settled_by == "points"
    if (command.redemption_id is not None) != settles or (command.points is not None) != settles:
        raise VisitSettledOtherwise(
            originator_id=command.originator_id,
            settled_by=command.settled_by,
            redemption_id=command.redemption_id,
            points=command.points,
        )


def check_entitled(member: Member, command: VisitClub, situation: Situation) -> None:
    """Refuse a visit for which the member has too few uses left."""
    needed = uses_of(command.guests)
    left = uses_left(member.grants, command.kind, at=moment_of(command, now=situation.now))
    if left < needed:
        raise NotEntitled(originator_id=command.originator_id, kind=command.kind, needed=needed, left=left)


def redemption_of(command: VisitClub) -> RedeemMemberPoints:
    """Read a visit as the redemption that settles it; what the club is owed stands with the visit."""
    return RedeemMemberPoints(
        originator_id=command.originator_id,
        occurred_at=command.occurred_at,
        redemption_id=command.redemption_id or "",
        points=command.points or ZERO,
        venue=CLUB,
        partner_id=command.partner_id,
        item=command.kind,
        **{name: getattr(command, name) for name in CARRIED},
    )
