"""What may be asked of one callback: the commands of the stream `callback`."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from domain.callback.events import (
    CallbackAnswered,
    CallbackAttempted,
    CallbackCancelled,
    CallbackExpired,
    CallbackFound,
    CallbackScheduled,
    CallbackSuppressed,
)
from domain.envelope import Event
from domain.telling import Command


class ScheduleCallback(Command, frozen=True, kw_only=True):
    """Have a customer called for a purpose; before the first attempt, again with another moment."""

    EVENT: ClassVar[type[Event]] = CallbackScheduled

    purpose: str
    subject_id: str | None = None
    due_at: datetime | None = None


class SuppressCallback(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallbackSuppressed

    reason: str


class AttemptCallback(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallbackAttempted

    reached: bool


class AnswerCallback(Command, frozen=True, kw_only=True):
    """Tell what the customer who was reached answered."""

    EVENT: ClassVar[type[Event]] = CallbackAnswered

    satisfied: bool | None = None
    score: Decimal | None = None
    scale: int | None = None
    reason: str | None = None


class RecordCallbackFinding(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallbackFound

    finding: str


class CancelCallback(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CallbackCancelled


class SettleDueCallback(Command, frozen=True, kw_only=True):
    """Tell that nobody tried in time, at the moment the callback fell due."""

    EVENT: ClassVar[type[Event]] = CallbackExpired
