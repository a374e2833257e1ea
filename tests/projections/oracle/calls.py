"""Calls and the purposes they were handled for, as the clerk writes them."""

from typing import Any

from domain.envelope import Event
from tests.projections.oracle.clerk import Clerk, Key, at, count, earliest, field, fields, latest, only

CALL_TOPICS = (
    "call.offered",
    "call.queued",
    "call.answered",
    "call.abandoned",
    "call.flowed_out",
    "call.transferred",
    "call.handled_for",
    "call.complaint_key_pressed",
    "call.ended",
    "call.rated",
    "call.reviewed",
)
OUTCOME_WORDS = {
    "call.answered": "answered",
    "call.abandoned": "abandoned",
    "call.flowed_out": "flowed_out",
}


def _call_key(event: Event) -> Key:
    return (event.originator_id,)


def _call(events: list[Event]) -> dict[str, Any]:
    offered = earliest(events, "call.offered")
    outcome = earliest(events, *OUTCOME_WORDS)
    answered = earliest(events, "call.answered")
    ended = earliest(events, "call.ended")
    rated = latest(events, "call.rated")
    queues = [
        e for e in events if e.TOPIC in ("call.offered", "call.queued") and field(e, "queue") is not None
    ]
    return {
        **fields(offered, "direction", "hotline", "channel", "purpose", "line", "tier", "campaign_id"),
        **fields(offered, "caller_number", "ivr_ms"),
        "offered_at": at(offered),
        "queue": field(queues[0], "queue") if queues else None,
        "queued_at": at(earliest(events, "call.queued")),
        "unit": next((event.unit for event in events if event.unit is not None), None),
        "customer_id": next((event.customer_id for event in events if event.customer_id is not None), None),
        "outcome": OUTCOME_WORDS[outcome.TOPIC] if outcome else None,
        "outcome_at": at(outcome),
        "wait_ms": field(outcome, "wait_ms"),
        "flow_kind": field(outcome, "kind"),
        "answered_by": field(answered, "agent_id"),
        "agent_id": _last_handler(events),
        "ring_ms": field(answered, "ring_ms"),
        **fields(ended, "talk_ms", "hold_ms", "wrap_up_ms", "resolved"),
        "ended_at": at(ended),
        "transfers": count(events, "call.transferred"),
        "key_presses": count(events, "call.complaint_key_pressed"),
        "key_pressed_at": at(earliest(events, "call.complaint_key_pressed")),
        "rating_score": field(rated, "score"),
        "rating_scale": field(rated, "scale"),
        "rating_satisfied": field(rated, "satisfied"),
        "rated_at": at(rated),
        "reviews": count(events, "call.reviewed"),
    }


def _last_handler(events: list[Event]) -> str | None:
    """Who answered, or after a transfer whoever is named by the end or the rating of the call."""
    told = only(events, "call.answered", "call.ended", "call.rated")
    return next((event.agent_id for event in reversed(told) if event.agent_id is not None), None)


def _review(events: list[Event]) -> dict[str, Any]:
    told = events[0] if events else None
    return {
        **fields(told, "kind", "score", "out_of", "critical_error"),
        **fields(told, "agent_id", "unit", "customer_id", "campaign_id", "tier"),
        "reviewed_at": at(told),
    }


def _review_key(event: Event) -> Key:
    return (event.originator_id, event.originator_version)


def _purpose_key(event: Event) -> Key:
    return (event.originator_id, field(event, "purpose"), field(event, "subject_id") or "")


def _purpose(events: list[Event]) -> dict[str, Any]:
    handled = earliest(events, "call.handled_for")
    return {"handled_at": at(handled), **fields(handled, "unit", "agent_id", "customer_id")}


CALLS = Clerk(name="calls", keys=("call",), topics=CALL_TOPICS, key=_call_key, columns=_call)
CALL_PURPOSES = Clerk(
    name="call_purposes",
    keys=("call", "purpose", "subject_id"),
    topics=("call.handled_for",),
    key=_purpose_key,
    columns=_purpose,
)
CALL_REVIEWS = Clerk(
    name="call_reviews",
    keys=("call", "version"),
    topics=("call.reviewed",),
    key=_review_key,
    columns=_review,
)
