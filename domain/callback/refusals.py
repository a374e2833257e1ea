"""Every way in which a command on a callback is refused; a customer not to be called is no refusal."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.errors import DomainError


@dataclass(kw_only=True)
class CallbackNotScheduled(DomainError):
    """Only a callback that was scheduled is worked on."""

    originator_id: str


@dataclass(kw_only=True)
class CallbackScheduledOtherwise(DomainError):
    """A callback keeps its customer, purpose and subject, and after an attempt its moment."""

    originator_id: str


@dataclass(kw_only=True)
class CallbackOfNobody(DomainError):
    """A callback is of a customer, or nobody's consent could be asked."""

    originator_id: str


@dataclass(kw_only=True)
class CallbackOfAnotherCustomer(DomainError):
    """A callback stays with the customer it was scheduled for."""

    originator_id: str
    customer_id: str | None
    asked: str


@dataclass(kw_only=True)
class CallbackDueInThePast(DomainError):
    """A callback falls due after it was scheduled."""

    originator_id: str
    due_at: datetime
    occurred_at: datetime


@dataclass(kw_only=True)
class CallbackIsOver(DomainError):
    """Nothing more is done about a callback that was answered, suppressed or cancelled, or has expired."""

    originator_id: str
    how: str


@dataclass(kw_only=True)
class CustomerNotReached(DomainError):
    """Only a customer who was reached answers, or gives something to find."""

    originator_id: str


@dataclass(kw_only=True)
class CallbackAnsweredOtherwise(DomainError):
    """The customer answered already, something else."""

    originator_id: str


@dataclass(kw_only=True)
class ScoreWithoutScale(DomainError):
    """A score is told with its scale, and a scale with its score."""

    originator_id: str
    score: Decimal | None
    scale: int | None
