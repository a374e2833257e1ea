"""Decisions on a customer: who they are, what they have, what they said, how they may be contacted."""

from collections.abc import Callable
from typing import Any

from domain.checks import UnknownChoice, at_period_end, check_choice, check_period
from domain.customer import campaigns, ratings
from domain.customer import commands as c
from domain.customer.contact import CALLBACK_CHANNEL, Approach, objection_to
from domain.customer.events import CustomerContractSigned
from domain.customer.person import as_one_person, customer_stream, linked_streams
from domain.customer.refusals import (
    ContactIsACallback,
    ContractNotRunning,
    CustomerHasNotChurned,
    CustomerIsErased,
    CustomerLinkedToItself,
)
from domain.customer.state import Customer
from domain.customer.telling import tell_once
from domain.envelope import Event, short_id
from domain.organisation.contact_rules import lawful_bases
from domain.organisation.rules import local_day
from domain.organisation.schemes import own_schemes
from domain.telling import Command, Situation, moment_of, says_the_same, tell, tell_unless

SCHEMES = (
    "value",
    "brand",
    "market",
    "account",
    "account_class",
    "lifecycle",
    "sensitivity",
    "relation",
)


def streams_read(customer: Customer, command: Command) -> tuple[str, ...]:
    """Name the streams that a decision wants: the campaign, the customer to link, everybody linked."""
    if isinstance(command, c.AssignCustomerToCampaign):
        return (campaigns.campaign_stream(command.campaign_id), *linked_streams(customer))
    if isinstance(command, c.LinkCustomer):
        return (customer_stream(command.to),)
    return linked_streams(customer) if isinstance(command, c.ContactCustomer) else ()


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
    """Give the customer a value in one of the schemes, or in one of the organisation's own."""
    moment = moment_of(command, now=situation.now)
    own = own_schemes(situation.rules, on=local_day(moment, rules=situation.rules))
    check_choice(command, field="scheme", known=(*SCHEMES, *own))
    is_so = customer.classes.get(command.scheme) == command.value
    return tell_unless(is_so, command, now=situation.now)


def link(customer: Customer, command: c.LinkCustomer, situation: Situation) -> tuple[Event, ...]:
    """Say that another pseudonym is the same person, and nobody who was erased."""
    if command.to == short_id(command.originator_id):
        raise CustomerLinkedToItself(originator_id=command.originator_id, to=command.to)
    other = customer_stream(command.to)
    if situation.others[other].is_erased:
        raise CustomerIsErased(originator_id=other)
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
    """Reach out to a customer who may be contacted under every pseudonym they have."""
    if command.channel == CALLBACK_CHANNEL:
        raise ContactIsACallback(originator_id=command.originator_id, channel=command.channel)
    moment = moment_of(command, now=situation.now)
    approach = Approach(
        originator_id=command.originator_id,
        purpose=command.purpose,
        campaign_id=command.campaign_id,
        at=moment,
        rules_day=local_day(moment, rules=situation.rules),
    )
    person = as_one_person(customer, originator_id=command.originator_id, others=situation.others)
    objection = objection_to(person, approach, situation.rules)
    if objection is not None:
        raise objection
    return (tell(command, now=situation.now),)


def change_consent(
    customer: Customer, command: c.ChangeCustomerConsent, situation: Situation
) -> tuple[Event, ...]:
    """Record that the customer allows or refuses contact for a purpose, or for `any`, on a known basis."""
    check_basis(command, situation)
    known = customer.consents.get(command.purpose)
    is_so = known is not None and (known.granted, known.basis) == (command.granted, command.basis)
    # A later word about any purpose has overruled what was said of this one.
    is_overruled = known != customer.consent_for(command.purpose)
    return tell_unless(is_so and not is_overruled, command, now=situation.now)


def check_basis(command: c.ChangeCustomerConsent, situation: Situation) -> None:
    """Refuse a basis that is none of the organisation's lawful ones on that day."""
    moment = moment_of(command, now=situation.now)
    known = lawful_bases(situation.rules, on=local_day(moment, rules=situation.rules))
    if command.basis is not None and command.basis not in known:
        raise UnknownChoice(
            originator_id=command.originator_id, field="basis", value=command.basis, known=sorted(known)
        )


def choose_as_case(
    customer: Customer, command: c.ChooseCustomerAsCase, situation: Situation
) -> tuple[Event, ...]:
    """Make the customer a case of a library, once per library."""
    return tell_unless(command.library in customer.libraries, command, now=situation.now)


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
    c.RequestCustomerRating: ratings.request_rating,
    c.RecordCustomerRating: ratings.record_rating,
    c.RecordCustomerDissatisfaction: ratings.record_dissatisfaction,
    c.RepairCustomer: ratings.repair,
    c.ChangeCustomerConsent: change_consent,
    c.ChooseCustomerAsCase: choose_as_case,
    c.AssignCustomerToCampaign: campaigns.assign_to_campaign,
    c.RecordCustomerCampaignResponse: campaigns.record_campaign_response,
    c.ReleaseCustomerNumber: release_number,
    c.RecordCustomerChurn: record_churn,
    c.WinBackCustomer: win_back,
    c.EraseCustomer: erase,
}
