"""What a callback has become: the state, and how every event of the stream changes it."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from domain.callback.events import (
    CallbackAnswered,
    CallbackAttempted,
    CallbackCancelled,
    CallbackExpired,
    CallbackFound,
    CallbackScheduled,
    CallbackSuppressed,
)
from domain.envelope import Event

End = Literal["answered", "suppressed", "cancelled", "expired"]


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides what may happen next to a callback; `end` is how it was over, None if open."""

    scheduled: CallbackScheduled | None = None
    customer_id: str | None = None
    attempts: int = 0
    is_reached: bool = False
    answered: CallbackAnswered | None = None
    findings: frozenset[str] = frozenset()
    end: End | None = None

    @property
    def is_valid(self) -> bool:
        """Whether the customer was reached and answered."""
        return self.is_reached and self.answered is not None


def evolve(callback: Callback, event: Event) -> Callback:
    """Change the state by any event; those that decide nothing leave it as it is."""
    change = CHANGES.get(type(event))
    if change is None:
        return callback
    return replace(change(callback, event), customer_id=callback.customer_id or event.customer_id)


def _scheduled(callback: Callback, event: CallbackScheduled) -> Callback:
    return replace(callback, scheduled=event)


def _attempted(callback: Callback, event: CallbackAttempted) -> Callback:
    return replace(callback, attempts=callback.attempts + 1, is_reached=callback.is_reached or event.reached)


def _answered(callback: Callback, event: CallbackAnswered) -> Callback:
    return replace(callback, answered=event, end="answered")


def _found(callback: Callback, event: CallbackFound) -> Callback:
    return replace(callback, findings=callback.findings | {event.finding})


def _suppressed(callback: Callback, _: CallbackSuppressed) -> Callback:
    return replace(callback, end="suppressed")


def _expired(callback: Callback, _: CallbackExpired) -> Callback:
    return replace(callback, end="expired")


def _cancelled(callback: Callback, _: CallbackCancelled) -> Callback:
    return replace(callback, end="cancelled")


CHANGES: dict[type[Event], Callable[[Callback, Any], Callback]] = {
    CallbackScheduled: _scheduled,
    CallbackSuppressed: _suppressed,
    CallbackAttempted: _attempted,
    CallbackAnswered: _answered,
    CallbackFound: _found,
    CallbackExpired: _expired,
    CallbackCancelled: _cancelled,
}
