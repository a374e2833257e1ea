"""What a partner has become: the state, and how every event of the stream changes it."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from domain.envelope import Event
from domain.partner.events import PartnerGraded, PartnerOnboarded, PartnerRemoved


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides what may happen next to a partner."""

    onboarded: PartnerOnboarded | None = None
    graded: PartnerGraded | None = None
    is_active: bool = False


def evolve(partner: Partner, event: Event) -> Partner:
    """Change the state by any event; those that decide nothing leave it as it is."""
    change = CHANGES.get(type(event))
    return change(partner, event) if change else partner


def _onboarded(partner: Partner, event: PartnerOnboarded) -> Partner:
    return replace(partner, onboarded=event, is_active=True)


def _graded(partner: Partner, event: PartnerGraded) -> Partner:
    return replace(partner, graded=event)


def _removed(partner: Partner, _: PartnerRemoved) -> Partner:
    """Forget the grade: whoever comes back is graded anew."""
    return replace(partner, graded=None, is_active=False)


CHANGES: dict[type[Event], Callable[[Partner, Any], Partner]] = {
    PartnerOnboarded: _onboarded,
    PartnerGraded: _graded,
    PartnerRemoved: _removed,
}
