"""What a call has become: its state, and how every event of its stream changes it."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from domain.call.events import (
    CallAbandoned,
    CallAnswered,
    CallComplaintKeyPressed,
    CallEnded,
    CallFlowedOut,
    CallHandledFor,
    CallOffered,
    CallRated,
)
from domain.envelope import Event

Outcome = CallAnswered | CallAbandoned | CallFlowedOut


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides what may happen next to a call."""

    offered: CallOffered | None = None
    outcome: Outcome | None = None
    ended: CallEnded | None = None
    rated: CallRated | None = None
    purposes: frozenset[tuple[str, str | None]] = frozenset()
    has_pressed_key: bool = False

    @property
    def customer_id(self) -> str | None:
        """Who called or was called, where the offer told it."""
        return self.offered.customer_id if self.offered else None


def evolve(call: Call, event: Event) -> Call:
    """Change the state by any event; those that decide nothing leave it as it is."""
    change = CHANGES.get(type(event))
    return change(call, event) if change else call


def _offered(call: Call, event: CallOffered) -> Call:
    return replace(call, offered=call.offered or event)


def _came_out(call: Call, event: Outcome) -> Call:
    return replace(call, outcome=call.outcome or event)


def _ended(call: Call, event: CallEnded) -> Call:
    return replace(call, ended=event)


def _rated(call: Call, event: CallRated) -> Call:
    return replace(call, rated=event)


def _handled_for(call: Call, event: CallHandledFor) -> Call:
    return replace(call, purposes=call.purposes | {(event.purpose, event.subject_id)})


def _pressed_key(call: Call, _: CallComplaintKeyPressed) -> Call:
    return replace(call, has_pressed_key=True)


CHANGES: dict[type[Event], Callable[[Call, Any], Call]] = {
    CallOffered: _offered,
    CallAnswered: _came_out,
    CallAbandoned: _came_out,
    CallFlowedOut: _came_out,
    CallEnded: _ended,
    CallRated: _rated,
    CallHandledFor: _handled_for,
    CallComplaintKeyPressed: _pressed_key,
}
