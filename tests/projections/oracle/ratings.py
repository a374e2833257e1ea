"""Ratings that customers gave or were asked for, and with whom complaints lay, as the clerk writes them."""

from typing import Any

from domain.envelope import Event, short_id
from tests.projections.oracle.clerk import Clerk, Key, at, earliest, field, fields

WHO = ("unit", "agent_id", "campaign_id", "tier")


def _telling_key(event: Event) -> Key:
    return (event.originator_id, event.originator_version)


def _request_key(event: Event) -> Key:
    return (event.originator_id, field(event, "rating_id") or "")


def _rating(events: list[Event]) -> dict[str, Any]:
    rated = earliest(events, "customer.rated")
    return {
        **fields(rated, "rating_id", "survey", "process", "channel", "score", "scale", "satisfied", "reason"),
        **fields(rated, "subject_id", *WHO),
        "customer_id": _whose(rated),
        "rated_at": at(rated),
    }


def _request(events: list[Event]) -> dict[str, Any]:
    asked = earliest(events, "customer.rating_requested")
    rated = earliest(events, "customer.rated")
    return {
        **fields(asked, "survey", "subject_id", *WHO),
        "customer_id": _whose(asked),
        "requested_at": at(asked),
        "process": field(rated, "process"),
        "rated_at": at(rated),
    }


def _assignment(events: list[Event]) -> dict[str, Any]:
    told = events[0] if events else None
    return {"to_unit": field(told, "to_unit"), "assigned_at": at(told)}


def _whose(event: Event | None) -> str | None:
    return short_id(event.originator_id) if event else None


CUSTOMER_RATINGS = Clerk(
    name="customer_ratings",
    keys=("customer", "version"),
    topics=("customer.rated",),
    key=_telling_key,
    columns=_rating,
)
RATING_REQUESTS = Clerk(
    name="rating_requests",
    keys=("customer", "rating_id"),
    topics=("customer.rating_requested", "customer.rated"),
    key=_request_key,
    columns=_request,
)
COMPLAINT_ASSIGNMENTS = Clerk(
    name="complaint_assignments",
    keys=("complaint", "version"),
    topics=("complaint.assigned", "complaint.handed_over"),
    key=_telling_key,
    columns=_assignment,
)
