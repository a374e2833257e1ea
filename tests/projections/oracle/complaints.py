"""Complaints as the clerk writes them."""

from decimal import Decimal
from typing import Any

from domain.complaint.events import ComplaintPenaltyImposed
from domain.envelope import Event
from tests.projections.oracle.clerk import Clerk, Key, at, count, earliest, field, fields, latest, only

COMPLAINT_TOPICS = (
    "complaint.filed",
    "complaint.assigned",
    "complaint.handed_over",
    "complaint.replied",
    "complaint.reply_reviewed",
    "complaint.promised",
    "complaint.escalated",
    "complaint.reclassified",
    "complaint.liability_attributed",
    "complaint.appealed",
    "complaint.arbitrated",
    "complaint.resolved",
    "complaint.follow_up_recorded",
    "complaint.reopened",
    "complaint.closed",
    "complaint.penalty_imposed",
    "complaint.chosen_as_case",
)


def _key(event: Event) -> Key:
    return (event.originator_id,)


def _since_reopened(events: list[Event]) -> list[Event]:
    """What came after the last reopening: only that can close or resolve the complaint as it stands."""
    reopenings = [n for n, event in enumerate(events) if event.TOPIC == "complaint.reopened"]
    return events[reopenings[-1] + 1 :] if reopenings else events


def _complaint(events: list[Event]) -> dict[str, Any]:
    return {**_filing(events), **_handling(events), **_judging(events), **_loop(events)}


def _filing(events: list[Event]) -> dict[str, Any]:
    filed = earliest(events, "complaint.filed")
    return {
        **fields(filed, "kind", "channel", "category", "subcategory", "line", "product", "unit", "agent_id"),
        **fields(filed, "customer_id", "tier", "call_id", "subject_id", "source", "narrative", "promised_ms"),
        "filed_at": at(filed),
    }


def _handling(events: list[Event]) -> dict[str, Any]:
    assigned = latest(events, "complaint.assigned")
    promised = latest(events, "complaint.promised")
    return {
        "assigned_unit": field(assigned, "to_unit"),
        "assigned_at": at(assigned),
        "due_at": field(assigned, "due_at"),
        "handed_over_to": field(latest(events, "complaint.handed_over"), "to_unit"),
        "handovers": count(events, "complaint.handed_over"),
        "first_replied_at": at(earliest(events, "complaint.replied")),
        "replies": count(events, "complaint.replied"),
        "replies_reviewed": count(events, "complaint.reply_reviewed"),
        "replies_accepted": len(only(events, "complaint.reply_reviewed", accepted=True)) or None,
        "replies_returned": len(only(events, "complaint.reply_reviewed", accepted=False)) or None,
        "solution_due_at": field(promised, "solution_due_at"),
        "promises": count(events, "complaint.promised"),
        "escalated_at": at(earliest(events, "complaint.escalated")),
        "escalated_to": field(latest(events, "complaint.escalated"), "level"),
        "escalations": count(events, "complaint.escalated"),
        "severity": field(latest(events, "complaint.reclassified"), "severity"),
    }


def _judging(events: list[Event]) -> dict[str, Any]:
    ruling = latest(events, "complaint.arbitrated", by="regulator")
    penalties = [event for event in events if isinstance(event, ComplaintPenaltyImposed)]
    return {
        "attributed_at": at(earliest(events, "complaint.liability_attributed")),
        "attributions": count(events, "complaint.liability_attributed"),
        "appeals": count(events, "complaint.appealed"),
        "regulator_outcome": field(ruling, "outcome"),
        "regulator_at": at(ruling),
        "penalties": len(penalties) or None,
        "penalty_amount": sum((one.amount for one in penalties), Decimal(0)) if penalties else None,
        "case_library": field(latest(events, "complaint.chosen_as_case"), "library"),
    }


def _loop(events: list[Event]) -> dict[str, Any]:
    standing = _since_reopened(events)
    resolved = latest(standing, "complaint.resolved")
    followed_up = latest(events, "complaint.follow_up_recorded")
    return {
        "first_resolved_at": at(earliest(events, "complaint.resolved")),
        "resolved_outcome": field(resolved, "outcome"),
        "resolved_at": at(resolved),
        "closed_at": at(latest(standing, "complaint.closed")),
        "reopened_at": at(latest(events, "complaint.reopened")),
        "reopens": count(events, "complaint.reopened"),
        "follow_ups": count(events, "complaint.follow_up_recorded"),
        "last_follow_up_at": at(followed_up),
        "last_follow_up_reached": field(followed_up, "reached"),
        "last_follow_up_resolved": field(followed_up, "resolved"),
    }


COMPLAINTS = Clerk(
    name="complaints", keys=("complaint",), topics=COMPLAINT_TOPICS, key=_key, columns=_complaint
)
