"""What can happen to one complaint: the events of the stream `complaint`."""

from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event, Time


class ComplaintFiled(Event, frozen=True, kw_only=True):
    """Somebody complained; promised_ms is the handling time promised at filing."""

    TOPIC: ClassVar[str] = "complaint.filed"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"narrative"})

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


class ComplaintAssigned(Event, frozen=True, kw_only=True):
    """A unit has to answer, by due_at."""

    TOPIC: ClassVar[str] = "complaint.assigned"

    to_unit: str
    due_at: Time | None = None


class ComplaintHandedOver(Event, frozen=True, kw_only=True):
    """The complaint was passed on to another unit."""

    TOPIC: ClassVar[str] = "complaint.handed_over"

    to_unit: str


class ComplaintReplied(Event, frozen=True, kw_only=True):
    """The unit answered with its findings."""

    TOPIC: ClassVar[str] = "complaint.replied"


class ComplaintReplyReviewed(Event, frozen=True, kw_only=True):
    """The customer-service department accepted the reply or returned it."""

    TOPIC: ClassVar[str] = "complaint.reply_reviewed"

    accepted: bool
    reason: str | None = None


class ComplaintPromised(Event, frozen=True, kw_only=True):
    """The customer was promised a solution by a moment."""

    TOPIC: ClassVar[str] = "complaint.promised"

    solution_due_at: Time


class ComplaintEscalated(Event, frozen=True, kw_only=True):
    """The complaint went to a level of its ladder."""

    TOPIC: ClassVar[str] = "complaint.escalated"

    level: str
    reason: str


class ComplaintReclassified(Event, frozen=True, kw_only=True):
    """The class of the complaint changed: general, repeat or malignant."""

    TOPIC: ClassVar[str] = "complaint.reclassified"

    severity: str


class ComplaintStageMeasured(Event, frozen=True, kw_only=True):
    """One stage of the late shipment, for the liability rule; ordinal gives the order of stages."""

    TOPIC: ClassVar[str] = "complaint.stage_measured"

    stage: str
    ordinal: int
    party: str
    standard_ms: int | None = None
    actual_ms: int | None = None
    due_at: Time | None = None
    ended_at: Time | None = None


class ComplaintLiabilityAttributed(Event, frozen=True, kw_only=True):
    """One party's share (parts per million) of one attribution."""

    TOPIC: ClassVar[str] = "complaint.liability_attributed"

    attribution_id: str
    party: str
    share: int
    rule: str


class ComplaintAppealed(Event, frozen=True, kw_only=True):
    """A party asked for an attribution to be changed."""

    TOPIC: ClassVar[str] = "complaint.appealed"

    appeal_id: str
    attribution_id: str
    by: str


class ComplaintArbitrated(Event, frozen=True, kw_only=True):
    """Arbitration or the regulator decided."""

    TOPIC: ClassVar[str] = "complaint.arbitrated"

    appeal_id: str | None = None
    by: str
    outcome: str


class ComplaintResolved(Event, frozen=True, kw_only=True):
    """A solution was put to the customer."""

    TOPIC: ClassVar[str] = "complaint.resolved"

    outcome: str


class ComplaintFollowUpRecorded(Event, frozen=True, kw_only=True):
    """Somebody asked the unit or the customer whether it is resolved."""

    TOPIC: ClassVar[str] = "complaint.follow_up_recorded"

    with_whom: str
    means: str
    reached: bool
    resolved: bool | None = None


class ComplaintReopened(Event, frozen=True, kw_only=True):
    """The complaint is open again."""

    TOPIC: ClassVar[str] = "complaint.reopened"


class ComplaintClosed(Event, frozen=True, kw_only=True):
    """The loop is closed."""

    TOPIC: ClassVar[str] = "complaint.closed"


class ComplaintPenaltyImposed(Event, frozen=True, kw_only=True):
    """A penalty in yuan on a unit or an agent."""

    TOPIC: ClassVar[str] = "complaint.penalty_imposed"

    amount: Decimal
    enforced: bool
    agent: str | None = None


class ComplaintChosenAsCase(Event, frozen=True, kw_only=True):
    """The complaint became a case of a library."""

    TOPIC: ClassVar[str] = "complaint.chosen_as_case"

    library: str
    award: str | None = None
