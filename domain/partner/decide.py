"""Decisions on a partner: onboarded, graded, inspected, removed."""

from collections.abc import Callable
from typing import Any

from domain.checks import check_choice, check_score
from domain.envelope import Event
from domain.partner.commands import GradePartner, InspectPartner, OnboardPartner, RemovePartner
from domain.partner.refusals import PartnerNotOnboarded, PartnerOnboardedOtherwise
from domain.partner.state import Partner
from domain.telling import Command, Situation, says_the_same, tell, tell_unless

KINDS = ("club", "merchant", "repair_shop")


def decide(partner: Partner, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError."""
    return DECISIONS[type(command)](partner, command, situation)


def onboard(partner: Partner, command: OnboardPartner, situation: Situation) -> tuple[Event, ...]:
    """Begin to work with a partner, or begin again after the removal."""
    check_choice(command, field="kind", known=KINDS)
    known = partner.onboarded
    if known is None or not partner.is_active:
        return (tell(command, now=situation.now),)
    if not says_the_same(command, known):
        raise PartnerOnboardedOtherwise(
            originator_id=command.originator_id, kind=known.kind, brand=known.brand
        )
    return ()


def grade(partner: Partner, command: GradePartner, situation: Situation) -> tuple[Event, ...]:
    """Give the partner a grade with the scores behind it."""
    check_active(partner, command)
    is_so = partner.graded is not None and says_the_same(command, partner.graded)
    return tell_unless(is_so, command, now=situation.now)


def inspect(partner: Partner, command: InspectPartner, situation: Situation) -> tuple[Event, ...]:
    """Tell the points of an inspection."""
    check_active(partner, command)
    check_score(command.originator_id, score=command.points, best=command.out_of)
    return (tell(command, now=situation.now),)


def remove(partner: Partner, command: RemovePartner, situation: Situation) -> tuple[Event, ...]:
    """End the work with a partner."""
    if partner.onboarded is None:
        raise PartnerNotOnboarded(originator_id=command.originator_id)
    return tell_unless(not partner.is_active, command, now=situation.now)


def check_active(partner: Partner, command: Command) -> None:
    """Refuse what only a partner who works with the organisation has."""
    if not partner.is_active:
        raise PartnerNotOnboarded(originator_id=command.originator_id)


DECISIONS: dict[type[Command], Callable[[Partner, Any, Situation], tuple[Event, ...]]] = {
    OnboardPartner: onboard,
    GradePartner: grade,
    InspectPartner: inspect,
    RemovePartner: remove,
}
