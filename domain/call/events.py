"""What can happen to one contact attempt: the events of the stream `call`."""

from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event


class CallOffered(Event, frozen=True, kw_only=True):
    """A contact attempt reached a hotline, or was placed by one."""

    TOPIC: ClassVar[str] = "call.offered"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"caller_number"})

    direction: str
    hotline: str
    queue: str | None = None
    channel: str
    purpose: str | None = None
    line: str | None = None
    ivr_ms: int | None = None
    caller_number: str | None = None


class CallQueued(Event, frozen=True, kw_only=True):
    """The call began to wait for an agent."""

    TOPIC: ClassVar[str] = "call.queued"

    queue: str


class CallAnswered(Event, frozen=True, kw_only=True):
    """An agent took the call."""

    TOPIC: ClassVar[str] = "call.answered"

    wait_ms: int
    ring_ms: int | None = None


class CallAbandoned(Event, frozen=True, kw_only=True):
    """The caller hung up before anyone answered."""

    TOPIC: ClassVar[str] = "call.abandoned"

    wait_ms: int


class CallFlowedOut(Event, frozen=True, kw_only=True):
    """The call left the queue another way: callback_requested, voicemail, overflow or self_served."""

    TOPIC: ClassVar[str] = "call.flowed_out"

    kind: str
    wait_ms: int | None = None


class CallTransferred(Event, frozen=True, kw_only=True):
    """The call was passed to another queue."""

    TOPIC: ClassVar[str] = "call.transferred"

    to_queue: str


class CallHandledFor(Event, frozen=True, kw_only=True):
    """One of the purposes the call was handled for; a call may have several."""

    TOPIC: ClassVar[str] = "call.handled_for"

    purpose: str
    subject_id: str | None = None


class CallComplaintKeyPressed(Event, frozen=True, kw_only=True):
    """The caller pressed the complaint key."""

    TOPIC: ClassVar[str] = "call.complaint_key_pressed"


class CallEnded(Event, frozen=True, kw_only=True):
    """The conversation is over, with the durations its source measured."""

    TOPIC: ClassVar[str] = "call.ended"

    talk_ms: int
    hold_ms: int | None = None
    wrap_up_ms: int | None = None
    resolved: bool | None = None


class CallRated(Event, frozen=True, kw_only=True):
    """The caller rated the call; scale is the best score there is."""

    TOPIC: ClassVar[str] = "call.rated"

    score: Decimal
    scale: int
    satisfied: bool | None = None


class CallReviewed(Event, frozen=True, kw_only=True):
    """A quality check scored the agent (agent_id) for talk or entry."""

    TOPIC: ClassVar[str] = "call.reviewed"

    kind: str
    score: Decimal
    out_of: Decimal
    critical_error: bool | None = None
