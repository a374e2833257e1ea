"""What a complaint has become: its state, and how every event of its stream changes it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from domain.complaint.events import (
    ComplaintAppealed,
    ComplaintArbitrated,
    ComplaintAssigned,
    ComplaintChosenAsCase,
    ComplaintClosed,
    ComplaintEscalated,
    ComplaintFiled,
    ComplaintFollowUpRecorded,
    ComplaintHandedOver,
    ComplaintLiabilityAttributed,
    ComplaintPromised,
    ComplaintReclassified,
    ComplaintReopened,
    ComplaintReplied,
    ComplaintReplyReviewed,
    ComplaintResolved,
    ComplaintStageMeasured,
)
from domain.complaint.liability import PartyShare, Stage
from domain.envelope import Event

NO_SOLUTION_IN_TIME = "no_solution_in_time"
PROMISE_BROKEN = "promise_broken"
OVERTURNED = "overturned"


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A solution promised and not yet put to the customer; by_level: how far up it was when promised."""

    made_at: datetime
    due_at: datetime
    by_level: str | None


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """One attribution with its parties; it stays on record when an arbitration replaces it."""

    attribution_id: str
    rule: str
    shares: tuple[PartyShare, ...] = ()
    in_force: bool = True


class Appeal(msgspec.Struct, frozen=True, kw_only=True):
    """A request to change an attribution, and whether arbitration has decided on it."""

    appeal_id: str
    attribution_id: str
    decided: bool = False


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides what may happen next to a complaint."""

    filed: ComplaintFiled | None = None
    assigned: ComplaintAssigned | None = None
    with_unit: str | None = None
    reply: Literal["none", "waiting", "accepted", "returned"] = "none"
    promise: Promise | None = None
    has_broken_promise: bool = False
    level: str | None = None
    severity: str = "general"
    outcome: str | None = None
    is_confirmed: bool = False
    unreached: int = 0
    failed: int = 0
    is_closed: bool = False
    stages: tuple[Stage, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    libraries: frozenset[str] = frozenset()

    @property
    def customer_id(self) -> str | None:
        """Whose complaint it is, as filed."""
        return self.filed.customer_id if self.filed else None

    @property
    def attribution_in_force(self) -> Attribution | None:
        """The latest attribution that no arbitration has replaced."""
        return next((known for known in reversed(self.attributions) if known.in_force), None)


def evolve(complaint: Complaint, event: Event) -> Complaint:
    """Change the state by any event; those that decide nothing leave it as it is."""
    change = CHANGES.get(type(event))
    return change(complaint, event) if change else complaint


def _filed(complaint: Complaint, event: ComplaintFiled) -> Complaint:
    return replace(complaint, filed=complaint.filed or event, with_unit=complaint.with_unit or event.unit)


def _assigned(complaint: Complaint, event: ComplaintAssigned) -> Complaint:
    return replace(complaint, assigned=event, with_unit=event.to_unit)


def _handed_over(complaint: Complaint, event: ComplaintHandedOver) -> Complaint:
    return replace(complaint, with_unit=event.to_unit)


def _replied(complaint: Complaint, _: ComplaintReplied) -> Complaint:
    return replace(complaint, reply="waiting")


def _reply_reviewed(complaint: Complaint, event: ComplaintReplyReviewed) -> Complaint:
    return replace(complaint, reply="accepted" if event.accepted else "returned")


def _promised(complaint: Complaint, event: ComplaintPromised) -> Complaint:
    promise = Promise(made_at=event.occurred_at, due_at=event.solution_due_at, by_level=complaint.level)
    return replace(complaint, promise=promise, has_broken_promise=_has_broken_by(complaint, event))


def _escalated(complaint: Complaint, event: ComplaintEscalated) -> Complaint:
    broken = complaint.has_broken_promise or event.reason == PROMISE_BROKEN
    return replace(complaint, level=event.level, has_broken_promise=broken)


def _reclassified(complaint: Complaint, event: ComplaintReclassified) -> Complaint:
    return replace(complaint, severity=event.severity)


def _resolved(complaint: Complaint, event: ComplaintResolved) -> Complaint:
    broken = _has_broken_by(complaint, event)
    return replace(complaint, outcome=event.outcome, promise=None, has_broken_promise=broken)


def _has_broken_by(complaint: Complaint, event: Event) -> bool:
    """Whether a promise was broken before this event, which puts an end to the one that stood."""
    too_late = complaint.promise is not None and complaint.promise.due_at < event.occurred_at
    return complaint.has_broken_promise or too_late


def _followed_up(complaint: Complaint, event: ComplaintFollowUpRecorded) -> Complaint:
    if event.with_whom != "customer":
        return complaint
    if not event.reached:
        return replace(complaint, unreached=complaint.unreached + 1)
    return replace(
        complaint,
        unreached=0,
        is_confirmed=event.resolved is True,
        failed=complaint.failed + (event.resolved is False),
        promise=None if event.resolved else complaint.promise,
        has_broken_promise=complaint.has_broken_promise and not event.resolved,
    )


def _reopened(complaint: Complaint, _: ComplaintReopened) -> Complaint:
    return replace(complaint, is_closed=False, is_confirmed=False, unreached=0, outcome=None, reply="none")


def _closed(complaint: Complaint, _: ComplaintClosed) -> Complaint:
    return replace(complaint, is_closed=True, promise=None)


def _stage_measured(complaint: Complaint, event: ComplaintStageMeasured) -> Complaint:
    measured = Stage(**{name: getattr(event, name) for name in Stage.__struct_fields__})
    others = (stage for stage in complaint.stages if stage.stage != measured.stage)
    return replace(complaint, stages=(*others, measured))


def _attributed(complaint: Complaint, event: ComplaintLiabilityAttributed) -> Complaint:
    known = {attribution.attribution_id: attribution for attribution in complaint.attributions}
    before = known.get(event.attribution_id) or Attribution(
        attribution_id=event.attribution_id, rule=event.rule
    )
    shares = (*before.shares, PartyShare(party=event.party, share=event.share))
    known[event.attribution_id] = replace(before, shares=shares)
    return replace(complaint, attributions=tuple(known.values()))


def _appealed(complaint: Complaint, event: ComplaintAppealed) -> Complaint:
    appeal = Appeal(appeal_id=event.appeal_id, attribution_id=event.attribution_id)
    return replace(complaint, appeals=(*complaint.appeals, appeal))


def _arbitrated(complaint: Complaint, event: ComplaintArbitrated) -> Complaint:
    if event.by != "arbitration":
        return complaint
    appeals = tuple(
        replace(appeal, decided=appeal.decided or appeal.appeal_id == event.appeal_id)
        for appeal in complaint.appeals
    )
    fallen = _attribution_ruled_on(complaint, event) if event.outcome == OVERTURNED else None
    attributions = tuple(
        replace(known, in_force=known.in_force and known.attribution_id != fallen)
        for known in complaint.attributions
    )
    return replace(complaint, appeals=appeals, attributions=attributions)


def _attribution_ruled_on(complaint: Complaint, event: ComplaintArbitrated) -> str | None:
    for appeal in complaint.appeals:
        if appeal.appeal_id == event.appeal_id:
            return appeal.attribution_id
    in_force = complaint.attribution_in_force
    return in_force.attribution_id if in_force else None


def _chosen(complaint: Complaint, event: ComplaintChosenAsCase) -> Complaint:
    return replace(complaint, libraries=complaint.libraries | {event.library})


CHANGES: dict[type[Event], Callable[[Complaint, Any], Complaint]] = {
    ComplaintFiled: _filed,
    ComplaintAssigned: _assigned,
    ComplaintHandedOver: _handed_over,
    ComplaintReplied: _replied,
    ComplaintReplyReviewed: _reply_reviewed,
    ComplaintPromised: _promised,
    ComplaintEscalated: _escalated,
    ComplaintReclassified: _reclassified,
    ComplaintResolved: _resolved,
    ComplaintFollowUpRecorded: _followed_up,
    ComplaintReopened: _reopened,
    ComplaintClosed: _closed,
    ComplaintStageMeasured: _stage_measured,
    ComplaintLiabilityAttributed: _attributed,
    ComplaintAppealed: _appealed,
    ComplaintArbitrated: _arbitrated,
    ComplaintChosenAsCase: _chosen,
}
