"""What can happen to one callback: the events of the stream `callback`."""

from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event, Time


class CallbackScheduled(Event, frozen=True, kw_only=True):
    """A customer is to be called for a purpose, by due_at."""

    TOPIC: ClassVar[str] = "callback.scheduled"

    purpose: str
    subject_id: str | None = None
    due_at: Time | None = None


class CallbackSuppressed(Event, frozen=True, kw_only=True):
    """The customer was not to be called; the reason is one of domain.callback.suppression."""

    TOPIC: ClassVar[str] = "callback.suppressed"

    reason: str


class CallbackAttempted(Event, frozen=True, kw_only=True):
    """The customer was called, and reached or not."""

    TOPIC: ClassVar[str] = "callback.attempted"

    reached: bool


class CallbackAnswered(Event, frozen=True, kw_only=True):
    """The customer who was reached answered, and may have rated; scale is the best score there is."""

    TOPIC: ClassVar[str] = "callback.answered"

    satisfied: bool | None = None
    score: Decimal | None = None
    scale: int | None = None
    reason: str | None = None


class CallbackFound(Event, frozen=True, kw_only=True):
    """The conversation brought something to light."""

    TOPIC: ClassVar[str] = "callback.found"

    finding: str


class CallbackExpired(Event, frozen=True, kw_only=True):
    """The callback fell due, and nobody had tried."""

    TOPIC: ClassVar[str] = "callback.expired"


class CallbackCancelled(Event, frozen=True, kw_only=True):
    """The callback is no longer wanted."""

    TOPIC: ClassVar[str] = "callback.cancelled"
