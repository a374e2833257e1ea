"""Clocks, turns, steps, stages, appeals, promises and penalties of complaints, as the clerk writes them."""

from datetime import datetime
from typing import Any

from domain.complaint.events import ComplaintAppealed, ComplaintArbitrated
from domain.envelope import Event
from tests.projections.oracle.clerk import (
    Clerk,
    Key,
    StreamClerk,
    at,
    earliest,
    field,
    fields,
    latest,
    only,
)

STEPS = {
    "complaint.assigned": "assigned",
    "complaint.handed_over": "handed_over",
    "complaint.replied": "replied",
    "complaint.reply_reviewed": "reply_reviewed",
    "complaint.promised": "promised",
    "complaint.escalated": "escalated",
    "complaint.resolved": "resolved",
    "complaint.follow_up_recorded": "followed_up",
    "complaint.reopened": "reopened",
    "complaint.closed": "closed",
}
ABOUT = ("kind", "channel", "category", "line", "product", "unit", "tier", "customer_id")


def milliseconds(began: datetime | None, ended: datetime | None) -> int | None:
    """Whole ones; a moment that nobody told is no beginning and no end."""
    if began is None or ended is None:
        return None
    microseconds = round((ended - began).total_seconds() * 1_000_000)
    return int(microseconds / 1000)


def _filing(events: list[Event]) -> dict[str, Any]:
    filed = earliest(events, "complaint.filed")
    return {**fields(filed, *ABOUT), "filed_at": at(filed)}


def _clock(events: list[Event]) -> dict[str, Any]:
    filed = earliest(events, "complaint.filed")
    replied = earliest(events, "complaint.replied")
    ending = latest(events, "complaint.closed", "complaint.reopened")
    closed = ending if ending is not None and ending.TOPIC == "complaint.closed" else None
    return {
        **_filing(events),
        **fields(filed, "subcategory", "agent_id"),
        "severity": field(latest(events, "complaint.reclassified"), "severity"),
        "first_replied_at": at(replied),
        "first_reply_ms": milliseconds(at(filed), at(replied)),
        "closed_at": at(closed),
        "closing_ms": milliseconds(at(filed), at(closed)),
    }


def _clocks(events: list[Event]) -> dict[Key, dict[str, Any]]:
    return {(): _clock(events)} if events else {}


def _is_ruling(event: Event) -> bool:
    return isinstance(event, ComplaintArbitrated) and event.by == "arbitration"


def _appeals(events: list[Event]) -> dict[Key, dict[str, Any]]:
    told = [event for event in events if isinstance(event, ComplaintAppealed) or _is_ruling(event)]
    ids = {field(event, "appeal_id") or "" for event in told}
    return {(appeal_id,): _appeal(events, appeal_id) for appeal_id in ids}


def _appeal(events: list[Event], appeal_id: str) -> dict[str, Any]:
    named = [event for event in events if (field(event, "appeal_id") or "") == appeal_id]
    appealed = earliest(named, "complaint.appealed")
    ruled = next((event for event in reversed(named) if _is_ruling(event)), None)
    return {
        **_filing(events),
        "attribution_id": field(appealed, "attribution_id"),
        "appellant": field(appealed, "by"),
        "appealed_at": at(appealed),
        "outcome": field(ruled, "outcome"),
        "arbitrated_at": at(ruled),
        "appeal_ms": milliseconds(at(appealed), at(ruled)),
    }


def _promises(events: list[Event]) -> dict[Key, dict[str, Any]]:
    promised = only(events, "complaint.promised")
    return {(event.originator_version,): _promise(events, event) for event in promised}


def _promise(events: list[Event], promised: Event) -> dict[str, Any]:
    after = [event for event in events if event.occurred_at >= promised.occurred_at]
    return {
        **_filing(events),
        **fields(promised, "solution_due_at", "agent_id"),
        "promised_at": at(promised),
        "resolved_at": at(earliest(after, "complaint.resolved")),
    }


def _penalties(events: list[Event]) -> dict[Key, dict[str, Any]]:
    imposed = only(events, "complaint.penalty_imposed")
    return {(event.originator_version,): _penalty(events, event) for event in imposed}


def _penalty(events: list[Event], imposed: Event) -> dict[str, Any]:
    filed = earliest(events, "complaint.filed")
    naming = [event for event in events if event in (filed, imposed) and event.unit is not None]
    return {
        **_filing(events),
        **fields(imposed, "amount", "enforced", "agent"),
        "imposed_at": at(imposed),
        "unit": naming[0].unit if naming else None,
    }


def _turn_key(event: Event) -> Key:
    return (event.originator_id, event.originator_version)


def _turn(events: list[Event]) -> dict[str, Any]:
    told = events[0] if events else None
    return {"turn": told.TOPIC.partition(".")[2] if told else None, "turned_at": at(told)}


def _step(events: list[Event]) -> dict[str, Any]:
    told = events[0] if events else None
    return {
        "step": told and STEPS[told.TOPIC],
        "stepped_at": at(told),
        **fields(told, "to_unit", "due_at", "solution_due_at", "accepted", "level", "reason"),
        **fields(told, "with_whom", "reached", "resolved"),
    }


def _stage_key(event: Event) -> Key:
    return (event.originator_id, field(event, "stage"))


def _stage(events: list[Event]) -> dict[str, Any]:
    measured = latest(events, "complaint.stage_measured")
    told = ("ordinal", "party", "standard_ms", "actual_ms", "due_at", "ended_at", "unit")
    return {**fields(measured, *told), "measured_at": at(measured)}


COMPLAINT_TURNS = Clerk(
    name="complaint_turns",
    keys=("complaint", "version"),
    topics=("complaint.filed", "complaint.reopened", "complaint.closed"),
    key=_turn_key,
    columns=_turn,
)
COMPLAINT_STEPS = Clerk(
    name="complaint_steps",
    keys=("complaint", "version"),
    topics=tuple(STEPS),
    key=_turn_key,
    columns=_step,
)
COMPLAINT_STAGES = Clerk(
    name="complaint_stages",
    keys=("complaint", "stage"),
    topics=("complaint.stage_measured",),
    key=_stage_key,
    columns=_stage,
)
COMPLAINT_PARTS = (
    StreamClerk(
        name="complaint_clocks",
        keys=("complaint",),
        topics=(
            "complaint.filed",
            "complaint.replied",
            "complaint.reclassified",
            "complaint.reopened",
            "complaint.closed",
        ),
        rows=_clocks,
    ),
    StreamClerk(
        name="complaint_appeals",
        keys=("complaint", "appeal_id"),
        topics=("complaint.filed", "complaint.appealed", "complaint.arbitrated"),
        rows=_appeals,
    ),
    StreamClerk(
        name="complaint_promises",
        keys=("complaint", "version"),
        topics=("complaint.filed", "complaint.promised", "complaint.resolved"),
        rows=_promises,
    ),
    StreamClerk(
        name="complaint_penalties",
        keys=("complaint", "version"),
        topics=("complaint.filed", "complaint.penalty_imposed"),
        rows=_penalties,
    ),
)
