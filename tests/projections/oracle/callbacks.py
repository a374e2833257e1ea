"""Callbacks, as the clerk writes them."""

from typing import Any

from domain.envelope import Event
from tests.projections.oracle.clerk import Clerk, Key, at, count, earliest, field, fields, latest

ABOUT = ("purpose", "subject_id", "customer_id", "unit", "campaign_id", "tier", "source")
TOLD_WITH = ("agent_id", "unit", "customer_id", "campaign_id", "tier")


def _callback(events: list[Event]) -> dict[str, Any]:
    scheduled = earliest(events, "callback.scheduled")
    suppressed = earliest(events, "callback.suppressed")
    answered = earliest(events, "callback.answered")
    return {
        **fields(scheduled, *ABOUT),
        "scheduled_at": at(scheduled),
        "due_at": field(latest(events, "callback.scheduled"), "due_at"),
        "suppressed_at": at(suppressed),
        "suppressed_for": field(suppressed, "reason"),
        "attempts": count(events, "callback.attempted"),
        "first_attempted_at": at(earliest(events, "callback.attempted")),
        **fields(latest(events, "callback.attempted"), "agent_id", "reached"),
        "answered_at": at(answered),
        **fields(answered, "satisfied", "score", "scale", "reason"),
        "findings": count(events, "callback.found"),
        "expired_at": at(earliest(events, "callback.expired")),
        "cancelled_at": at(earliest(events, "callback.cancelled")),
    }


def _attempt(events: list[Event]) -> dict[str, Any]:
    told = events[0] if events else None
    return {**fields(told, "reached", *TOLD_WITH), "attempted_at": at(told)}


def _finding(events: list[Event]) -> dict[str, Any]:
    told = events[0] if events else None
    return {**fields(told, "finding", *TOLD_WITH), "found_at": at(told)}


def _telling_key(event: Event) -> Key:
    return (event.originator_id, event.originator_version)


def _callback_key(event: Event) -> Key:
    return (event.originator_id,)


CALLBACKS = Clerk(
    name="callbacks",
    keys=("callback",),
    topics=(
        "callback.scheduled",
        "callback.suppressed",
        "callback.attempted",
        "callback.answered",
        "callback.found",
        "callback.expired",
        "callback.cancelled",
    ),
    key=_callback_key,
    columns=_callback,
)
CALLBACK_ATTEMPTS = Clerk(
    name="callback_attempts",
    keys=("callback", "version"),
    topics=("callback.attempted",),
    key=_telling_key,
    columns=_attempt,
)
CALLBACK_FINDINGS = Clerk(
    name="callback_findings",
    keys=("callback", "version"),
    topics=("callback.found",),
    key=_telling_key,
    columns=_finding,
)
