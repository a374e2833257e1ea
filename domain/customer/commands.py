"""What may be asked of one customer: the commands of the stream `customer`."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from domain.customer.events import (
    CustomerCampaignAssigned,
    CustomerCampaignResponded,
    CustomerChosenAsCase,
    CustomerChurned,
    CustomerClassified,
    CustomerConsentChanged,
    CustomerContacted,
    CustomerContractEnded,
    CustomerContractSigned,
    CustomerDissatisfied,
    CustomerErased,
    CustomerLinked,
    CustomerManagerAssigned,
    CustomerNumberReleased,
    CustomerRated,
    CustomerRatingRequested,
    CustomerRegistered,
    CustomerRepaired,
    CustomerRetentionActionTaken,
    CustomerUsageRecorded,
    CustomerWarned,
    CustomerWonBack,
)
from domain.envelope import Event
from domain.telling import Command


class RegisterCustomer(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerRegistered

    name: str
    phone: str
    id_number: str


class ClassifyCustomer(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerClassified

    scheme: str
    value: str


class LinkCustomer(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerLinked

    to: str


class SignCustomerContract(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerContractSigned

    contract_id: str
    product: str | None = None
    bundle: str | None = None
    ends_at: datetime | None = None


class EndCustomerContract(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerContractEnded

    contract_id: str


class RecordCustomerUsage(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerUsageRecorded

    period_start: date
    period_end: date
    spend: Decimal
    volume: Decimal | None = None
    balance: Decimal | None = None
    plan: str | None = None
    channel: str | None = None


class WarnOfCustomer(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerWarned

    kind: str
    due_at: datetime | None = None


class AssignCustomerManager(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerManagerAssigned

    role: str
    manager_id: str


class ContactCustomer(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerContacted

    channel: str
    purpose: str


class TakeCustomerRetentionAction(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerRetentionActionTaken

    kind: str
    outcome: str | None = None


class RequestCustomerRating(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerRatingRequested

    rating_id: str
    survey: str
    subject_id: str | None = None


class RecordCustomerRating(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerRated

    rating_id: str | None = None
    survey: str
    process: str
    channel: str | None = None
    score: Decimal
    scale: int
    satisfied: bool | None = None
    reason: str | None = None
    subject_id: str | None = None


class RecordCustomerDissatisfaction(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerDissatisfied

    process: str
    reason: str
    rating_id: str | None = None
    subject_id: str | None = None


class RepairCustomer(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerRepaired

    how: str
    rating_id: str | None = None


class ChangeCustomerConsent(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerConsentChanged

    purpose: str
    granted: bool
    basis: str | None = None


class ChooseCustomerAsCase(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerChosenAsCase

    library: str
    award: str | None = None


class AssignCustomerToCampaign(Command, frozen=True, kw_only=True):
    """Put the customer into an arm; where none is named it is drawn from the campaign's control share."""

    EVENT: ClassVar[type[Event]] = CustomerCampaignAssigned

    campaign_id: str
    arm: str | None = None


class RecordCustomerCampaignResponse(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerCampaignResponded

    campaign_id: str
    answer: str


class ReleaseCustomerNumber(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerNumberReleased


class RecordCustomerChurn(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerChurned

    reason: str | None = None
    to_competitor: bool | None = None


class WinBackCustomer(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerWonBack


class EraseCustomer(Command, frozen=True, kw_only=True):
    EVENT: ClassVar[type[Event]] = CustomerErased
