"""What may be asked of one call: the commands of the stream `call`."""

from decimal import Decimal
from typing import ClassVar

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
from domain.envelope import Event
from domain.telling import Command


class OfferCall(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallOffered

    direction: str
    hotline: str
    queue: str | None = None
    channel: str
    purpose: str | None = None
    line: str | None = None
    ivr_ms: int | None = None
    caller_number: str | None = None


class QueueCall(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallQueued

    queue: str


class AnswerCall(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallAnswered

    wait_ms: int
    ring_ms: int | None = None


class AbandonCall(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallAbandoned

    wait_ms: int


class FlowOutCall(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallFlowedOut

    kind: str
    wait_ms: int | None = None


class TransferCall(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallTransferred

    to_queue: str


class HandleCallFor(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallHandledFor

    purpose: str
    subject_id: str | None = None


class PressCallComplaintKey(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallComplaintKeyPressed


class EndCall(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallEnded

    talk_ms: int
    hold_ms: int | None = None
    wrap_up_ms: int | None = None
    resolved: bool | None = None


class RateCall(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallRated

    score: Decimal
    scale: int
    satisfied: bool | None = None


class ReviewCall(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallReviewed

    kind: str
    score: Decimal
    out_of: Decimal
    critical_error: bool | None = None
