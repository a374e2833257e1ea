"""Which decision answers which command on a membership; what fell due by then is told first."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import asdict

from domain.envelope import Event
from domain.member import accruing, earning, membership, refunding, spending, visits
from domain.member import commands as c
from domain.member.account import SettledSituation
from domain.member.due import events_following, settle
from domain.member.state import Member
from domain.telling import Command, Situation


def decide(member: Member, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError.

    What fell due by now is told before, and what falls due by what was told (a tier reached) after.
    """
    settled = settle(member, command, situation)
    if isinstance(command, c.SettleDueMember):
        return settled.told
    now = SettledSituation(**asdict(situation), ledger=settled.ledger)
    told = DECISIONS[type(command)](settled.member, command, now)
    return (*settled.told, *told, *events_following(settled, told, command, situation)) if told else ()


DECISIONS: dict[type[Command], Callable[[Member, Any, SettledSituation], tuple[Event, ...]]] = {
    c.EnrolMember: membership.enrol,
    c.EarnMemberPoints: earning.earn,
    c.AccrueMemberPoints: accruing.accrue_points,
    c.RedeemMemberPoints: spending.redeem,
    c.DrawMemberPoints: spending.draw,
    c.ReverseMemberPoints: earning.reverse,
    c.RefundMemberPoints: refunding.refund,
    c.ChangeMemberTier: membership.change_tier,
    c.ExtendMemberTier: membership.extend_tier,
    c.EntitleMember: membership.entitle,
    c.VisitClub: visits.visit,
    c.CloseMember: membership.close,
}
