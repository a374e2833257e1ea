"""Every way in which a command on a request is refused."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import DomainError


@dataclass(kw_only=True)
class RequestNotRaised(DomainError):
    """Nothing happens to a request before it is raised."""

    originator_id: str


@dataclass(kw_only=True)
class RequestRaisedOtherwise(DomainError):
    """The request is raised already, with other content."""

    originator_id: str


@dataclass(kw_only=True)
class RequestMomentHasPassed(DomainError):
    """A request is due, and lasts, until a moment after it was raised."""

    originator_id: str
    field: str
    moment: datetime
    occurred_at: datetime


@dataclass(kw_only=True)
class RequestIsOver(DomainError):
    """A request that was fulfilled or cancelled stays so."""

    originator_id: str
    outcome: str


@dataclass(kw_only=True)
class RequestNotHandedOver(DomainError):
    """Only a unit that has a request returns it."""

    originator_id: str
