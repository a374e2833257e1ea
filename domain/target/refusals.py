"""Every way in which a command on a target is refused."""

from dataclasses import dataclass
from decimal import Decimal

from domain.errors import DomainError
from domain.target.state import Aim


@dataclass(kw_only=True)
class WhereUnreadable(DomainError):
    """A where is `dimension=value`, joined by commas."""

    originator_id: str
    where: str
    problem: str


@dataclass(kw_only=True)
class OtherTarget(DomainError):
    """A target stream is one metric and definition, for one unit, narrowed in one way."""

    originator_id: str
    asked: Aim
    known: Aim


@dataclass(kw_only=True)
class ChallengeIsEasier(DomainError):
    """A challenge asks for at least as much as the target."""

    originator_id: str
    target: Decimal
    challenge: Decimal
    direction: str


@dataclass(kw_only=True)
class RankOutOfRange(DomainError):
    """A rank is told with how many were ranked, and lies among them."""

    originator_id: str
    rank: int | None
    of: int | None
