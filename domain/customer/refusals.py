"""Every way in which a command on a customer is refused."""

from dataclasses import dataclass
from datetime import datetime

from domain.errors import DomainError


@dataclass(kw_only=True)
class CustomerIsErased(DomainError):
    """Nothing more is told of a person who was erased."""

    originator_id: str


@dataclass(kw_only=True)
class CustomerToldOtherwise(DomainError):
    """The same was told of the customer already, with other content."""

    originator_id: str
    told: str


@dataclass(kw_only=True)
class CustomerLinkedToItself(DomainError):
    """A pseudonym is not linked to itself."""

    originator_id: str
    to: str


@dataclass(kw_only=True)
class ContractNotRunning(DomainError):
    """Only a contract that was signed and has not ended can end."""

    originator_id: str
    contract_id: str


@dataclass(kw_only=True)
class ContactRefused(DomainError):
    """A customer who said no to a purpose is not contacted for it."""

    originator_id: str
    purpose: str


@dataclass(kw_only=True)
class NoLawfulBasis(DomainError):
    """A prospect is contacted only with a lawful basis recorded for the purpose."""

    originator_id: str
    purpose: str
    basis: str | None


@dataclass(kw_only=True)
class ContactedTooOften(DomainError):
    """Nobody is contacted more often than the cap."""

    originator_id: str
    purpose: str
    limit: int
    days: int
    last_contacts: tuple[datetime, ...]


@dataclass(kw_only=True)
class NumberIsReleased(DomainError):
    """A number that was given back belongs to nobody, or to somebody else, and is not contacted."""

    originator_id: str


@dataclass(kw_only=True)
class InControlGroup(DomainError):
    """Whoever a campaign leaves alone on purpose is not contacted for it."""

    originator_id: str
    campaign_id: str


@dataclass(kw_only=True)
class ContactIsACallback(DomainError):
    """A contact by callback is told by attempting the callback, or it would be counted twice."""

    originator_id: str
    channel: str


@dataclass(kw_only=True)
class NothingToRepair(DomainError):
    """Only what the customer was dissatisfied with is repaired."""

    originator_id: str
    rating_id: str | None


@dataclass(kw_only=True)
class ArmIsFixed(DomainError):
    """A customer stays in the arm of a campaign."""

    originator_id: str
    campaign_id: str
    arm: str
    asked: str


@dataclass(kw_only=True)
class CampaignNotRunning(DomainError):
    """Customers are assigned to a campaign that was launched and is not over."""

    originator_id: str
    campaign_id: str
    at: datetime


@dataclass(kw_only=True)
class NotInCampaign(DomainError):
    """Only a customer assigned to a campaign responds to it."""

    originator_id: str
    campaign_id: str


@dataclass(kw_only=True)
class CustomerHasNotChurned(DomainError):
    """Only a customer who left is won back."""

    originator_id: str
