"""The stream `callback`: its events, state, rules and decisions."""

from domain.callback.events import (
    CallbackAnswered,
    CallbackAttempted,
    CallbackCancelled,
    CallbackExpired,
    CallbackFound,
    CallbackScheduled,
    CallbackSuppressed,
)

__all__ = [
    "CallbackAnswered",
    "CallbackAttempted",
    "CallbackCancelled",
    "CallbackExpired",
    "CallbackFound",
    "CallbackScheduled",
    "CallbackSuppressed",
]
