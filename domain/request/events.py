"""What can happen to one request: the events of the stream `request`."""

from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event, Time


class RequestRaised(Event, frozen=True, kw_only=True):
    """Something was asked for that is neither complaint nor claim, to be done by due_at, to last until."""

    TOPIC: ClassVar[str] = "request.raised"

    kind: str
    channel: str
    due_at: Time | None = None
    until: Time | None = None
    call_id: str | None = None
    subject_id: str | None = None
    amount: Decimal | None = None


class RequestHandedOver(Event, frozen=True, kw_only=True):
    """A unit has to do it."""

    TOPIC: ClassVar[str] = "request.handed_over"

    to_unit: str


class RequestReturned(Event, frozen=True, kw_only=True):
    """The unit sent it back undone."""

    TOPIC: ClassVar[str] = "request.returned"

    reason: str


class RequestFulfilled(Event, frozen=True, kw_only=True):
    """What was asked for is done."""

    TOPIC: ClassVar[str] = "request.fulfilled"

    amount: Decimal | None = None


class RequestCancelled(Event, frozen=True, kw_only=True):
    """What was asked for is not wanted any more, or cannot be."""

    TOPIC: ClassVar[str] = "request.cancelled"

    reason: str
