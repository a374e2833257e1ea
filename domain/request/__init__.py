"""The stream `request`: its events, state, rules and decisions."""

from domain.request.events import (
    RequestCancelled,
    RequestFulfilled,
    RequestHandedOver,
    RequestRaised,
    RequestReturned,
)

__all__ = [
    "RequestCancelled",
    "RequestFulfilled",
    "RequestHandedOver",
    "RequestRaised",
    "RequestReturned",
]
