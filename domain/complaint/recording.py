"""Which calls about a late shipment are complaints: a dated rule."""

from domain.organisation.rule_bodies import RecordingRule


def is_late_shipment_a_complaint(
    rule: RecordingRule, *, pressed_key: bool, accepted_explanation: bool
) -> bool:
    """A caller who pressed the complaint key always complains; before that rule, only if not convinced."""
    if rule == "key_pressed_always":
        return pressed_key
    return pressed_key and not accepted_explanation
