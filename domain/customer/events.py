"""What can happen to one customer: the events of the stream `customer`."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from domain.envelope import Event, Time


class CustomerRegistered(Event, frozen=True, kw_only=True):
    """A person became known as a customer, under whatever of name, phone and id number the source gives."""

    TOPIC: ClassVar[str] = "customer.registered"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"name", "phone", "id_number"})

    name: str | None = None
    phone: str | None = None
    id_number: str | None = None


class CustomerClassified(Event, frozen=True, kw_only=True):
    """The customer has a value in a scheme.

    Schemes: value, brand, market, account, account_class, lifecycle, sensitivity, relation.
    """

    TOPIC: ClassVar[str] = "customer.classified"

    scheme: str
    value: str


class CustomerLinked(Event, frozen=True, kw_only=True):
    """Another pseudonym (`to`, a customer id) is the same person: joined when reading."""

    TOPIC: ClassVar[str] = "customer.linked"

    to: str


class CustomerContractSigned(Event, frozen=True, kw_only=True):
    """A contract or bundle began."""

    TOPIC: ClassVar[str] = "customer.contract_signed"

    contract_id: str
    product: str | None = None
    bundle: str | None = None
    ends_at: Time | None = None


class CustomerContractEnded(Event, frozen=True, kw_only=True):
    """A contract ended."""

    TOPIC: ClassVar[str] = "customer.contract_ended"

    contract_id: str


class CustomerUsageRecorded(Event, frozen=True, kw_only=True):
    """Spend and use of one period [period_start, period_end)."""

    TOPIC: ClassVar[str] = "customer.usage_recorded"

    period_start: date
    period_end: date
    spend: Decimal
    volume: Decimal | None = None
    balance: Decimal | None = None
    plan: str | None = None
    channel: str | None = None


class CustomerWarned(Event, frozen=True, kw_only=True):
    """An early warning or key moment about the customer, to be acted on by due_at."""

    TOPIC: ClassVar[str] = "customer.warned"

    kind: str
    due_at: Time | None = None


class CustomerManagerAssigned(Event, frozen=True, kw_only=True):
    """A person or unit looks after the customer, as manager A or B or second guardian."""

    TOPIC: ClassVar[str] = "customer.manager_assigned"

    role: str
    manager_id: str


class CustomerContacted(Event, frozen=True, kw_only=True):
    """The organisation reached out to the customer."""

    TOPIC: ClassVar[str] = "customer.contacted"

    channel: str
    purpose: str


class CustomerRetentionActionTaken(Event, frozen=True, kw_only=True):
    """Something was done to keep the customer."""

    TOPIC: ClassVar[str] = "customer.retention_action_taken"

    kind: str
    outcome: str | None = None


class CustomerRatingRequested(Event, frozen=True, kw_only=True):
    """The customer was asked for a rating."""

    TOPIC: ClassVar[str] = "customer.rating_requested"

    rating_id: str
    survey: str
    subject_id: str | None = None


class CustomerRated(Event, frozen=True, kw_only=True):
    """The customer rated a process; scale is the best score there is."""

    TOPIC: ClassVar[str] = "customer.rated"

    rating_id: str | None = None
    survey: str
    process: str
    channel: str | None = None
    score: Decimal
    scale: int
    satisfied: bool | None = None
    reason: str | None = None
    subject_id: str | None = None


class CustomerDissatisfied(Event, frozen=True, kw_only=True):
    """The customer said they were not satisfied."""

    TOPIC: ClassVar[str] = "customer.dissatisfied"

    process: str
    reason: str
    rating_id: str | None = None
    subject_id: str | None = None


class CustomerRepaired(Event, frozen=True, kw_only=True):
    """What was wrong was put right."""

    TOPIC: ClassVar[str] = "customer.repaired"

    how: str
    rating_id: str | None = None


class CustomerConsentChanged(Event, frozen=True, kw_only=True):
    """The customer allowed or refused contact for a purpose, on a lawful basis."""

    TOPIC: ClassVar[str] = "customer.consent_changed"

    purpose: str
    granted: bool
    basis: str | None = None


class CustomerChosenAsCase(Event, frozen=True, kw_only=True):
    """The customer's story became a case of a library."""

    TOPIC: ClassVar[str] = "customer.chosen_as_case"

    library: str
    award: str | None = None


class CustomerCampaignAssigned(Event, frozen=True, kw_only=True):
    """The customer is in an arm of a campaign, or was left alone on purpose."""

    TOPIC: ClassVar[str] = "customer.campaign_assigned"

    campaign_id: str
    arm: str


class CustomerCampaignResponded(Event, frozen=True, kw_only=True):
    """The customer answered a campaign."""

    TOPIC: ClassVar[str] = "customer.campaign_responded"

    campaign_id: str
    answer: str


class CustomerNumberReleased(Event, frozen=True, kw_only=True):
    """The number went back to the pool; whoever gets it next is somebody else."""

    TOPIC: ClassVar[str] = "customer.number_released"


class CustomerChurned(Event, frozen=True, kw_only=True):
    """The customer left."""

    TOPIC: ClassVar[str] = "customer.churned"

    reason: str | None = None
    to_competitor: bool | None = None


class CustomerWonBack(Event, frozen=True, kw_only=True):
    """The customer came back."""

    TOPIC: ClassVar[str] = "customer.won_back"


class CustomerErased(Event, frozen=True, kw_only=True):
    """The person behind the pseudonym is forgotten."""

    TOPIC: ClassVar[str] = "customer.erased"
