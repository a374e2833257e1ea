"""Decisions that raise a complaint: to a higher level of its ladder, or to a graver class."""

from msgspec.structs import replace

from domain.checks import check_choice
from domain.complaint.commands import EscalateComplaint, ReclassifyComplaint
from domain.complaint.escalation import level_after_no_solution
from domain.complaint.events import ComplaintEscalated, ComplaintReclassified
from domain.complaint.guards import check_filed, check_open, rules_day
from domain.complaint.ladders import height_of, ladder_of, level_above, unit_kind
from domain.complaint.refusals import LevelNotAbove, NoLadder, SeverityOnlyRises
from domain.complaint.severity import SEVERITIES, is_worse, severity_after, severity_in
from domain.complaint.state import Complaint
from domain.envelope import Event
from domain.telling import Command, Situation, tell, tell_as, tell_unless


def escalate(complaint: Complaint, command: EscalateComplaint, situation: Situation) -> tuple[Event, ...]:
    """Pass the complaint up its ladder: to the level named, else one level up."""
    check_open(complaint, command)
    ladder = ladder_of(complaint, situation)
    if ladder is None:
        raise NoLadder(
            originator_id=command.originator_id,
            unit=complaint.with_unit,
            unit_kind=unit_kind(complaint, situation),
        )
    if command.level is not None and command.level == complaint.level:
        return ()
    level = command.level or level_above(complaint.level, ladder=ladder)
    if height_of(level, ladder=ladder) <= height_of(complaint.level, ladder=ladder):
        raise LevelNotAbove(originator_id=command.originator_id, level=level, reached=complaint.level)
    return (tell(replace(command, level=level), now=situation.now),)


def reclassify(complaint: Complaint, command: ReclassifyComplaint, situation: Situation) -> tuple[Event, ...]:
    """Raise the class of the complaint; repeat in a grave category is malignant."""
    check_filed(complaint, command)
    check_choice(command, field="severity", known=SEVERITIES)
    severity = severity_in(command.severity, is_grave=is_grave(complaint, situation))
    if is_worse(complaint.severity, than=severity):
        raise SeverityOnlyRises(
            originator_id=command.originator_id, severity=severity, reached=complaint.severity
        )
    ruled = replace(command, severity=severity)
    return tell_unless(complaint.severity == severity, ruled, now=situation.now)


def one_level_up(
    complaint: Complaint, command: Command, situation: Situation, *, reason: str
) -> tuple[Event, ...]:
    """Escalate as a consequence of a command; nothing where no ladder is known or its top is reached."""
    ladder = ladder_of(complaint, situation)
    level = level_after_no_solution(complaint, ladder=ladder) if ladder else None
    if level is None:
        return ()
    return (tell_as(ComplaintEscalated, command, now=situation.now, level=level, reason=reason),)


def graver_class(
    complaint: Complaint, command: Command, situation: Situation, *, failed: int
) -> tuple[Event, ...]:
    """Raise the class after so many failures, if they make it graver than it is."""
    severity = severity_after(
        failed,
        failed_limit=situation.rules.limit("failed_limit", on=rules_day(complaint, situation)),
        is_grave=is_grave(complaint, situation),
    )
    if not is_worse(severity, than=complaint.severity):
        return ()
    return (tell_as(ComplaintReclassified, command, now=situation.now, severity=severity),)


def is_grave(complaint: Complaint, situation: Situation) -> bool:
    """Say whether the complaint's category was marked grave when it was filed."""
    grave = situation.rules.grave_categories(on=rules_day(complaint, situation))
    return complaint.filed is not None and complaint.filed.category in grave
