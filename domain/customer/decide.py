"""Decisions on a customer: who they are, what they have, what they said, how they may be contacted."""

from collections.abc import Callable
from typing import Any

from domain.checks import at_period_end, check_period, check_score
from domain.customer import commands as c
from domain.customer.contact import check_may_be_contacted
from domain.customer.events import CustomerContractSigned
from domain.customer.refusals import (
    ArmIsFixed,
    ContractNotRunning,
    CustomerHasNotChurned,
    CustomerIsErased,
    CustomerLinkedToItself,
    CustomerToldOtherwise,
    NothingToRepair,
    NotInCampaign,
)
from domain.customer.state import Consent, Customer
from domain.envelope import Event, short_id
from domain.telling import Command, Situation, says_the_same, tell, tell_unless


def decide(customer: Customer, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Answer a command with the events it makes, none if it is so already; raises a DomainError."""
    if customer.is_erased and not isinstance(command, c.EraseCustomer):
        raise CustomerIsErased(originator_id=command.originator_id)
    return DECISIONS[type(command)](customer, command, situation)


def tell_always(_: Customer, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Tell what may happen any number of times."""
    return (tell(command, now=situation.now),)


def register(customer: Customer, command: c.RegisterCustomer, situation: Situation) -> tuple[Event, ...]:
    """Make a person known once."""
    return tell_unless(customer.registered is not None, command, now=situation.now)


def classify(customer: Customer, command: c.ClassifyCustomer, situation: Situation) -> tuple[Event, ...]:
    """Give the customer a value in a scheme."""
    is_so = customer.classes.get(command.scheme) == command.value
    return tell_unless(is_so, command, now=situation.now)


def link(customer: Customer, command: c.LinkCustomer, situation: Situation) -> tuple[Event, ...]:
    """Say that another pseudonym is the same person."""
    if command.to == short_id(command.originator_id):
        raise CustomerLinkedToItself(originator_id=command.originator_id, to=command.to)
    return tell_unless(command.to in customer.links, command, now=situation.now)


def sign_contract(
    customer: Customer, command: c.SignCustomerContract, situation: Situation
) -> tuple[Event, ...]:
    """Begin a contract, once."""
    return tell_once(customer.contracts.get(command.contract_id), command, situation)


def end_contract(
    customer: Customer, command: c.EndCustomerContract, situation: Situation
) -> tuple[Event, ...]:
    """End a running contract."""
    known = customer.contracts.get(command.contract_id)
    if known is None:
        raise ContractNotRunning(originator_id=command.originator_id, contract_id=command.contract_id)
    return tell_unless(not isinstance(known, CustomerContractSigned), command, now=situation.now)


def record_usage(
    customer: Customer, command: c.RecordCustomerUsage, situation: Situation
) -> tuple[Event, ...]:
    """Record a period's spend and use, which happens at its last microsecond; again, it replaces."""
    period = (command.period_start, command.period_end)
    check_period(command.originator_id, period_start=period[0], period_end=period[1])
    known = customer.usage.get(period)
    is_so = known is not None and says_the_same(command, known)
    dated = at_period_end(command, command.period_end, situation)
    return tell_unless(is_so, dated, now=situation.now)


def assign_manager(
    customer: Customer, command: c.AssignCustomerManager, situation: Situation
) -> tuple[Event, ...]:
    """Let a person or unit look after the customer in a role."""
    is_so = customer.managers.get(command.role) == command.manager_id
    return tell_unless(is_so, command, now=situation.now)


def contact(customer: Customer, command: c.ContactCustomer, situation: Situation) -> tuple[Event, ...]:
    """Reach out to a customer who may be contacted."""
    check_may_be_contacted(customer, command, situation)
    return (tell(command, now=situation.now),)


def request_rating(
    customer: Customer, command: c.RequestCustomerRating, situation: Situation
) -> tuple[Event, ...]:
    """Ask for one rating, once."""
    is_so = command.rating_id in customer.requested_ratings
    return tell_unless(is_so, command, now=situation.now)


def record_rating(
    customer: Customer, command: c.RecordCustomerRating, situation: Situation
) -> tuple[Event, ...]:
    """Tell how the customer rated; the rating of one id may change."""
    check_score(command.originator_id, score=command.score, best=command.scale)
    known = customer.ratings.get(command.rating_id) if command.rating_id else None
    is_so = known is not None and says_the_same(command, known)
    return tell_unless(is_so, command, now=situation.now)


def repair(customer: Customer, command: c.RepairCustomer, situation: Situation) -> tuple[Event, ...]:
    """Put right what the customer was dissatisfied with."""
    if not customer.dissatisfactions:
        raise NothingToRepair(originator_id=command.originator_id)
    return (tell(command, now=situation.now),)


def change_consent(
    customer: Customer, command: c.ChangeCustomerConsent, situation: Situation
) -> tuple[Event, ...]:
    """Record that the customer allows or refuses contact for a purpose."""
    asked = Consent(granted=command.granted, basis=command.basis)
    is_so = customer.consents.get(command.purpose) == asked
    return tell_unless(is_so, command, now=situation.now)


def choose_as_case(
    customer: Customer, command: c.ChooseCustomerAsCase, situation: Situation
) -> tuple[Event, ...]:
    """Make the customer a case of a library, once per library."""
    return tell_unless(command.library in customer.libraries, command, now=situation.now)


def assign_to_campaign(
    customer: Customer, command: c.AssignCustomerToCampaign, situation: Situation
) -> tuple[Event, ...]:
    """Put the customer into an arm of a campaign, for good."""
    arm = customer.arms.get(command.campaign_id)
    if arm not in (None, command.arm):
        raise ArmIsFixed(
            originator_id=command.originator_id,
            campaign_id=command.campaign_id,
            arm=str(arm),
            asked=command.arm,
        )
    return tell_unless(arm is not None, command, now=situation.now)


def record_campaign_response(
    customer: Customer, command: c.RecordCustomerCampaignResponse, situation: Situation
) -> tuple[Event, ...]:
    """Tell the answer of a customer whom the campaign was for."""
    if command.campaign_id not in customer.arms:
        raise NotInCampaign(originator_id=command.originator_id, campaign_id=command.campaign_id)
    return (tell(command, now=situation.now),)


def release_number(
    customer: Customer, command: c.ReleaseCustomerNumber, situation: Situation
) -> tuple[Event, ...]:
    """Give the number back; whoever gets it next inherits nothing."""
    return tell_unless(customer.is_released, command, now=situation.now)


def record_churn(
    customer: Customer, command: c.RecordCustomerChurn, situation: Situation
) -> tuple[Event, ...]:
    """Tell that the customer left."""
    return tell_unless(customer.presence == "churned", command, now=situation.now)


def win_back(customer: Customer, command: c.WinBackCustomer, situation: Situation) -> tuple[Event, ...]:
    """Tell that a customer who left came back."""
    if customer.presence == "here":
        raise CustomerHasNotChurned(originator_id=command.originator_id)
    return tell_unless(customer.presence == "won_back", command, now=situation.now)


def erase(customer: Customer, command: c.EraseCustomer, situation: Situation) -> tuple[Event, ...]:
    """Tell that the person is forgotten."""
    return tell_unless(customer.is_erased, command, now=situation.now)


def tell_once(told: Event | None, command: Command, situation: Situation) -> tuple[Event, ...]:
    """Tell what is told of a customer once; the same again is so already, anything else is refused."""
    if told is None:
        return (tell(command, now=situation.now),)
    if not isinstance(told, command.EVENT) or not says_the_same(command, told):
        raise CustomerToldOtherwise(originator_id=command.originator_id, told=told.TOPIC)
    return ()


DECISIONS: dict[type[Command], Callable[[Customer, Any, Situation], tuple[Event, ...]]] = {
    c.RegisterCustomer: register,
    c.ClassifyCustomer: classify,
    c.LinkCustomer: link,
    c.SignCustomerContract: sign_contract,
    c.EndCustomerContract: end_contract,
    c.RecordCustomerUsage: record_usage,
    c.WarnOfCustomer: tell_always,
    c.AssignCustomerManager: assign_manager,
    c.ContactCustomer: contact,
    c.TakeCustomerRetentionAction: tell_always,
    c.RequestCustomerRating: request_rating,
    c.RecordCustomerRating: record_rating,
    c.RecordCustomerDissatisfaction: tell_always,
    c.RepairCustomer: repair,
    c.ChangeCustomerConsent: change_consent,
    c.ChooseCustomerAsCase: choose_as_case,
    c.AssignCustomerToCampaign: assign_to_campaign,
    c.RecordCustomerCampaignResponse: record_campaign_response,
    c.ReleaseCustomerNumber: release_number,
    c.RecordCustomerChurn: record_churn,
    c.WinBackCustomer: win_back,
    c.EraseCustomer: erase,
}
