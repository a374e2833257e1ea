"""The stream `call`: its events, state, rules and decisions."""

from domain.call.events import (
    CallAbandoned,
    CallAnswered,
    CallComplaintKeyPressed,
    CallEnded,
    CallFlowedOut,
    CallHandledFor,
    CallOffered,
    CallQueued,
    CallRated,
    CallReviewed,
    CallTransferred,
)

__all__ = [
    "CallAbandoned",
    "CallAnswered",
    "CallComplaintKeyPressed",
    "CallEnded",
    "CallFlowedOut",
    "CallHandledFor",
    "CallOffered",
    "CallQueued",
    "CallRated",
    "CallReviewed",
    "CallTransferred",
]
