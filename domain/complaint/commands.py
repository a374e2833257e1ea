"""What may be asked of one complaint: the commands of the stream `complaint`."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

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
    ComplaintPenaltyImposed,
    ComplaintPromised,
    ComplaintReclassified,
    ComplaintReopened,
    ComplaintReplied,
    ComplaintReplyReviewed,
    ComplaintResolved,
    ComplaintStageMeasured,
)
from domain.complaint.liability import PartyShare
from domain.envelope import Event
from domain.telling import Command


class FileComplaint(Command, frozen=True, kw_only=True):
    """Take a complaint down.

    kind: external (a customer) or internal (a colleague). channel: the petition channel (hotline, regulator,
    headquarters, walk_in, letter, online, internal). category and subcategory: codes of the organisation.
    line, product: what it is about. promised_ms: the handling time promised to the complainer.
    call_id: the call it came by, without `call-`. subject_id: the whole stream id of what it is about.
    narrative: what was said, in the open; it is encrypted before an event is made.
    accepted_explanation: of a late shipment, whether the caller was convinced; it decides, no event tells it.
    Beside them the envelope: customer_id, unit (whom it is about), agent_id (who took it down), tier.
    """

    EVENT: ClassVar[type[Event]] = ComplaintFiled

    kind: str
    channel: str
    category: str
    subcategory: str | None = None
    line: str | None = None
    product: str | None = None
    promised_ms: int | None = None
    call_id: str | None = None
    subject_id: str | None = None
    narrative: str | None = None
    accepted_explanation: bool | None = None


class AssignComplaint(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ComplaintAssigned

    to_unit: str
    due_at: datetime | None = None


class HandOverComplaint(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ComplaintHandedOver

    to_unit: str


class ReplyToComplaint(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ComplaintReplied


class ReviewComplaintReply(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ComplaintReplyReviewed

    accepted: bool
    reason: str | None = None


class PromiseComplaintSolution(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ComplaintPromised

    solution_due_at: datetime


class EscalateComplaint(Command, frozen=True, kw_only=True):
    """Pass the complaint up its ladder: to a level, or one level up where none is named."""

    EVENT: ClassVar[type[Event]] = ComplaintEscalated

    level: str | None = None
    reason: str


class EscalateDueComplaint(Command, frozen=True, kw_only=True):
    """Tell the escalations that fell due by broken promises: what a scheduled job asks for."""

    EVENT: ClassVar[type[Event]] = ComplaintEscalated


class ReclassifyComplaint(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ComplaintReclassified

    severity: str


class MeasureComplaintStage(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ComplaintStageMeasured

    stage: str
    ordinal: int
    party: str
    standard_ms: int | None = None
    actual_ms: int | None = None
    due_at: datetime | None = None
    ended_at: datetime | None = None


class AttributeComplaintLiability(Command, frozen=True, kw_only=True):
    """Say who answers for the complaint; without shares, the liability rule in force decides."""

    EVENT: ClassVar[type[Event]] = ComplaintLiabilityAttributed

    attribution_id: str
    shares: tuple[PartyShare, ...] | None = None
    rule: str | None = None


class AppealComplaintLiability(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ComplaintAppealed

    appeal_id: str
    attribution_id: str
    by: str


class ArbitrateComplaint(Command, frozen=True, kw_only=True):
    """Record a ruling; an arbitration that overturns may name what replaces the attribution.

    by: arbitration or regulator. outcome: overturned or upheld; of a regulator, any code.
    """

    EVENT: ClassVar[type[Event]] = ComplaintArbitrated

    appeal_id: str | None = None
    by: str
    outcome: str
    replacement: AttributeComplaintLiability | None = None


class ResolveComplaint(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ComplaintResolved

    outcome: str


class RecordComplaintFollowUp(Command, frozen=True, kw_only=True):
    """Tell what came of asking whether the complaint is resolved.

    with_whom: customer or unit. means: how (call, visit, message …). reached: whether they answered.
    resolved: what they said, None if they were not reached or did not say.
    A customer who was reached and says no reopens the complaint, which counts as failed.
    """

    EVENT: ClassVar[type[Event]] = ComplaintFollowUpRecorded

    with_whom: str
    means: str
    reached: bool
    resolved: bool | None = None


class ReopenComplaint(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ComplaintReopened


class CloseComplaint(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ComplaintClosed


class ImposeComplaintPenalty(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ComplaintPenaltyImposed

    amount: Decimal
    enforced: bool
    agent: str | None = None


class ChooseComplaintAsCase(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = ComplaintChosenAsCase

    library: str
    award: str | None = None
