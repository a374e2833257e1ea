"""What may be asked of one request: the commands of the stream `request`."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event
from domain.request.events import (
    RequestCancelled,
    RequestFulfilled,
    RequestHandedOver,
    RequestRaised,
    RequestReturned,
)
from domain.telling import Command


class RaiseRequest(Command, frozen=True, kw_only=True):
    """Take down what a customer asks for: done by due_at; a mailbox or a paper hold lasts until."""

    EVENT: ClassVar[type[Event]] = RequestRaised

    kind: str
    channel: str
    due_at: datetime | None = None
    until: datetime | None = None
    call_id: str | None = None
    subject_id: str | None = None
    amount: Decimal | None = None


class HandOverRequest(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = RequestHandedOver

    to_unit: str


class ReturnRequest(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = RequestReturned

    reason: str


class FulfilRequest(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = RequestFulfilled

    amount: Decimal | None = None


class CancelRequest(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = RequestCancelled

    reason: str
