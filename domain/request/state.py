"""What a request has become: its state, and how every event of its stream changes it."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from domain.envelope import Event
from domain.request.events import (
    RequestCancelled,
    RequestFulfilled,
    RequestHandedOver,
    RequestRaised,
    RequestReturned,
)

Outcome = RequestFulfilled | RequestCancelled


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides what may happen next to a request."""

    raised: RequestRaised | None = None
    with_unit: str | None = None
    returned: RequestReturned | None = None
    outcome: Outcome | None = None

    @property
    def customer_id(self) -> str | None:
        """Whose request it is, as raised."""
        return self.raised.customer_id if self.raised else None


def evolve(request: Request, event: Event) -> Request:
    """Change the state by any event; those that decide nothing leave it as it is."""
    change = CHANGES.get(type(event))
    return change(request, event) if change else request


def _raised(request: Request, event: RequestRaised) -> Request:
    return replace(request, raised=request.raised or event)


def _handed_over(request: Request, event: RequestHandedOver) -> Request:
    return replace(request, with_unit=event.to_unit, returned=None)


def _returned(request: Request, event: RequestReturned) -> Request:
    return replace(request, with_unit=None, returned=event)


def _came_out(request: Request, event: Outcome) -> Request:
    return replace(request, outcome=request.outcome or event)


CHANGES: dict[type[Event], Callable[[Request, Any], Request]] = {
    RequestRaised: _raised,
    RequestHandedOver: _handed_over,
    RequestReturned: _returned,
    RequestFulfilled: _came_out,
    RequestCancelled: _came_out,
}
