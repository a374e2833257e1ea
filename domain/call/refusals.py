"""Every way in which a command on a call is refused."""

from dataclasses import dataclass

from domain.errors import DomainError


@dataclass(kw_only=True)
class CallNotOffered(DomainError):
    """Nothing happens to a call before it is offered."""

    originator_id: str


@dataclass(kw_only=True)
class CallToldOtherwise(DomainError):
    """The same was told of the call already, with other content."""

    originator_id: str
    told: str


@dataclass(kw_only=True)
class CallHasItsOutcome(DomainError):
    """The first outcome of a call stands: answered, abandoned or flowed out."""

    originator_id: str
    outcome: str
    asked: str


@dataclass(kw_only=True)
class CallNotAnswered(DomainError):
    """Only an answered call is transferred, ends, or is rated."""

    originator_id: str


@dataclass(kw_only=True)
class CallIsOver(DomainError):
    """A call that has ended is not queued, passed on or complained of by key."""

    originator_id: str
