"""Every way in which a command on a complaint is refused."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.errors import DomainError


@dataclass(kw_only=True)
class ComplaintNotFiled(DomainError):
    """Nothing happens to a complaint before it is filed."""

    originator_id: str


@dataclass(kw_only=True)
class ComplaintFiledOtherwise(DomainError):
    """The complaint is filed already, with other content."""

    originator_id: str


@dataclass(kw_only=True)
class ExplanationAccepted(DomainError):
    """A caller who accepted the explanation of a late shipment complains only by key, and from a date."""

    originator_id: str
    rule: str
    pressed_key: bool


@dataclass(kw_only=True)
class ComplaintIsClosed(DomainError):
    """A closed complaint is reopened before it is worked on."""

    originator_id: str


@dataclass(kw_only=True)
class CustomerNotSatisfiedYet(DomainError):
    """A complaint closes after the customer said so, or after enough attempts without reaching."""

    originator_id: str
    unreached: int
    unreached_limit: int


@dataclass(kw_only=True)
class PromiseWasBroken(DomainError):
    """After a broken promise the complaint is followed until the customer accepts."""

    originator_id: str
    unreached: int


@dataclass(kw_only=True)
class UnreachedCannotAnswer(DomainError):
    """Whoever was not reached did not say whether it is resolved."""

    originator_id: str
    resolved: bool


@dataclass(kw_only=True)
class NoReplyToReview(DomainError):
    """Only a reply that waits for its review is reviewed."""

    originator_id: str
    reply: str


@dataclass(kw_only=True)
class PromiseIsInThePast(DomainError):
    """A solution is promised for later."""

    originator_id: str
    solution_due_at: datetime
    occurred_at: datetime


@dataclass(kw_only=True)
class NoLadder(DomainError):
    """No escalation ladder is configured for the kind of the resolving unit."""

    originator_id: str
    unit: str | None
    unit_kind: str | None


@dataclass(kw_only=True)
class LevelNotAbove(DomainError):
    """A complaint is escalated to a level of its ladder above the one it has reached."""

    originator_id: str
    level: str | None
    reached: str | None


@dataclass(kw_only=True)
class SeverityOnlyRises(DomainError):
    """Later facts raise the class of a complaint; they do not lower it."""

    originator_id: str
    severity: str
    reached: str


@dataclass(kw_only=True)
class StageIsUnmeasured(DomainError):
    """A stage is measured by its own duration or by the time it ended."""

    originator_id: str
    stage: str


@dataclass(kw_only=True)
class UnknownParty(DomainError):
    """Only parties that the organisation names answer for a complaint."""

    originator_id: str
    party: str
    known: tuple[str, ...]


@dataclass(kw_only=True)
class SharesDoNotMakeAWhole(DomainError):
    """The shares of one attribution, each of another party, sum to 1,000,000 parts per million."""

    originator_id: str
    attribution_id: str
    shares: tuple[tuple[str, int], ...]


@dataclass(kw_only=True)
class NobodyIsLiable(DomainError):
    """By the rule in force nobody is liable."""

    originator_id: str
    rule: str


@dataclass(kw_only=True)
class AttributionInForce(DomainError):
    """Another attribution is in force; only an arbitration that overturns replaces it."""

    originator_id: str
    attribution_id: str
    in_force: str


@dataclass(kw_only=True)
class AttributionNotInForce(DomainError):
    """Only an attribution in force is appealed."""

    originator_id: str
    attribution_id: str


@dataclass(kw_only=True)
class AppealToldOtherwise(DomainError):
    """The appeal is known already, of another attribution."""

    originator_id: str
    appeal_id: str


@dataclass(kw_only=True)
class NoOpenAppeal(DomainError):
    """Arbitration decides an appeal that is open."""

    originator_id: str
    appeal_id: str | None


@dataclass(kw_only=True)
class NothingToReplace(DomainError):
    """Only an arbitration that overturns replaces an attribution; a regulator's ruling changes none."""

    originator_id: str
    by: str
    outcome: str


@dataclass(kw_only=True)
class ReplacementIsElsewhere(DomainError):
    """What replaces an attribution is a new one of the same complaint."""

    originator_id: str
    replacement: str


@dataclass(kw_only=True)
class PenaltyNotPositive(DomainError):
    """A penalty is more than nothing."""

    originator_id: str
    amount: Decimal
