"""Which calls about a late shipment are complaints: a dated rule."""

from domain.complaint.commands import FileComplaint
from domain.complaint.refusals import ExplanationAccepted
from domain.organisation.rule_bodies import RecordingRule
from domain.organisation.rules import local_day
from domain.telling import Command, Situation, moment_of


def is_late_shipment_a_complaint(
    rule: RecordingRule, *, pressed_key: bool, accepted_explanation: bool
) -> bool:
    """A caller who pressed the complaint key always complains; before that rule, only if not convinced."""
    if rule == "key_pressed_always":
        return pressed_key
    return pressed_key and not accepted_explanation


def check_recorded(command: FileComplaint, situation: Situation) -> None:
    """Refuse to file for a caller who accepted the explanation, unless the rule of the day has it filed."""
    if not command.accepted_explanation:
        return
    day = local_day(moment_of(command, now=situation.now), rules=situation.rules)
    rule = situation.rules.recording_rule(on=day)
    call = situation.others.get(f"call-{command.call_id}")
    pressed_key = call is not None and call.has_pressed_key
    if not is_late_shipment_a_complaint(rule, pressed_key=pressed_key, accepted_explanation=True):
        raise ExplanationAccepted(originator_id=command.originator_id, rule=rule, pressed_key=pressed_key)


def call_it_came_by(command: Command) -> tuple[str, ...]:
    """Name the stream of the call that a complaint is filed from."""
    if isinstance(command, FileComplaint) and command.call_id is not None:
        return (f"call-{command.call_id}",)
    return ()
