"""The decision on an activity that earns points: how many, by programme, tier and tenure at its moment."""

from datetime import date, datetime

from domain.checks import check_choice
from domain.envelope import Event
from domain.member.account import check_open, terms_for, told_of
from domain.member.accrual import Activity, accrue, months_of_membership
from domain.member.commands import AccrueMemberPoints, EarnMemberPoints
from domain.member.earning import earn
from domain.member.events import MemberEnrolled, MemberPointsEarned, MemberTierChanged
from domain.member.refusals import AmountBelowZero
from domain.member.state import Member
from domain.telling import CARRIED, Situation, moment_of


def accrue_points(member: Member, command: AccrueMemberPoints, situation: Situation) -> tuple[Event, ...]:
    """Credit what the programme gives for an activity; nothing is told where that is no point at all."""
    check_open(member, command)
    if command.amount < 0:
        raise AmountBelowZero(
            originator_id=command.originator_id, activity=command.activity, amount=command.amount
        )
    known = told_of(member, MemberPointsEarned, lot_id=command.lot_id)
    at = known.occurred_at if known else moment_of(command, now=situation.now)
    programme, zone = terms_for(member, situation.rules)(at)
    check_choice(command, field="activity", known=[base.activity for base in programme.accrual.bases])
    on = at.astimezone(zone).date()
    enrolled_on = member.enrolled.occurred_at.astimezone(zone).date() if member.enrolled else None
    accrued = accrue(
        _activity(member, command, at=at, on=on, enrolled_on=enrolled_on), accrual=programme.accrual
    )
    if accrued is None or not accrued.points:
        return ()
    carried = {name: getattr(command, name) for name in ("originator_id", "occurred_at", *CARRIED)}
    asked = EarnMemberPoints(
        **carried,
        lot_id=command.lot_id,
        points=accrued.points,
        reason=command.activity,
        partner_id=command.partner_id,
    )
    return earn(member, asked, situation)


def tier_before(member: Member, lot_id: str, *, at: datetime) -> str | None:
    """Find the tier told last before a lot was earned, or, if it was not yet, by a moment."""
    tier: str | None = None
    for event in member.events:
        if event.occurred_at > at or (isinstance(event, MemberPointsEarned) and event.lot_id == lot_id):
            break
        if isinstance(event, MemberEnrolled):
            tier = event.tier
        elif isinstance(event, MemberTierChanged):
            tier = event.to_tier
    return tier


def _activity(
    member: Member, command: AccrueMemberPoints, *, at: datetime, on: date, enrolled_on: date | None
) -> Activity:
    return Activity(
        kind=command.activity,
        amount=command.amount,
        on=on,
        tier=tier_before(member, command.lot_id, at=at),
        tenure=months_of_membership(enrolled_on, on=on),
        campaign=command.campaign_id,
    )
