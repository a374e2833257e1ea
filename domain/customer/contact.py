"""Whether a customer may be contacted, and the first reason why not: the one place that contact is judged."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from domain.campaign.arms import CONTROL
from domain.customer.refusals import (
    ContactedTooOften,
    ContactRefused,
    CustomerIsErased,
    InControlGroup,
    NoLawfulBasis,
    NumberIsReleased,
)
from domain.customer.state import Customer
from domain.errors import DomainError
from domain.organisation.contact_rules import exempt_purposes, lawful_bases
from domain.organisation.rule_bodies import ANY_PURPOSE, ContactCap
from domain.organisation.rules import RuleBook

# An attempted callback tells the customer's stream of itself on this channel; readers who count attempts
# from callbacks leave these contacts out.
CALLBACK_CHANNEL = "callback"

# What a suppressed callback says where the same contact would be refused.
REASONS: dict[type[DomainError], str] = {
    CustomerIsErased: "erased",
    NumberIsReleased: "number_released",
    InControlGroup: "control_group",
    ContactRefused: "consent_refused",
    NoLawfulBasis: "no_lawful_basis",
    ContactedTooOften: "contact_cap",
}


class Approach(NamedTuple):
    """A contact that somebody wants to make: with whose stream, for what, when, under which day's rules."""

    originator_id: str
    purpose: str
    campaign_id: str | None
    at: datetime
    rules_day: date


Objection = Callable[[Customer, Approach, RuleBook], DomainError | None]


def objection_to(customer: Customer, approach: Approach, rules: RuleBook) -> DomainError | None:
    """Find the first reason why a customer is not contacted; None where they may be.

    In this order: erased, number given back, in a control group, said no, no lawful basis, above a cap.
    """
    return next((found for objection in OBJECTIONS if (found := objection(customer, approach, rules))), None)


def is_erased(customer: Customer, approach: Approach, _: RuleBook) -> DomainError | None:
    """Nobody is contacted who was forgotten."""
    return CustomerIsErased(originator_id=approach.originator_id) if customer.is_erased else None


def is_released(customer: Customer, approach: Approach, _: RuleBook) -> DomainError | None:
    """Nobody is contacted on a number that was given back."""
    return NumberIsReleased(originator_id=approach.originator_id) if customer.is_released else None


def is_left_alone(customer: Customer, approach: Approach, _: RuleBook) -> DomainError | None:
    """Nobody is contacted for a campaign that leaves them alone on purpose."""
    if approach.campaign_id is None or customer.arms.get(approach.campaign_id) != CONTROL:
        return None
    return InControlGroup(originator_id=approach.originator_id, campaign_id=approach.campaign_id)


def said_no(customer: Customer, approach: Approach, rules: RuleBook) -> DomainError | None:
    """Nobody is contacted for a purpose they said no to; a no to any purpose does not stop service."""
    its_own = customer.consents.get(approach.purpose)
    consent = its_own if is_service(approach, rules) else customer.consent_for(approach.purpose)
    if consent is None or consent.granted:
        return None
    return ContactRefused(originator_id=approach.originator_id, purpose=approach.purpose)


def lacks_basis(customer: Customer, approach: Approach, rules: RuleBook) -> DomainError | None:
    """A prospect is contacted only with a lawful basis recorded for the purpose, or for any.

    Somebody of whom nothing is known may be a prospect; who is called back as they asked, or about their own
    complaint, is none, unless classified as one.
    """
    if not customer.is_prospect or (not customer.is_known_prospect and is_service(approach, rules)):
        return None
    consent = customer.consent_for(approach.purpose)
    basis = consent.basis if consent and consent.granted else None
    if basis in lawful_bases(rules, on=approach.rules_day):
        return None
    return NoLawfulBasis(originator_id=approach.originator_id, purpose=approach.purpose, basis=basis)


def is_above_cap(customer: Customer, approach: Approach, rules: RuleBook) -> DomainError | None:
    """Nobody is contacted more often than the caps, service apart."""
    if is_service(approach, rules):
        return None
    caps = rules.contact_caps(on=approach.rules_day)
    return next((found for cap in caps if (found := above(cap, customer, approach))), None)


def above(cap: ContactCap, customer: Customer, approach: Approach) -> ContactedTooOften | None:
    """Say that the contact would be one too many within the days up to it."""
    if cap.purpose not in (ANY_PURPOSE, approach.purpose):
        return None
    since = approach.at - timedelta(days=cap.days)
    last = tuple(
        contact.at
        for contact in customer.contacts
        if since < contact.at <= approach.at and cap.purpose in (ANY_PURPOSE, contact.purpose)
    )
    if len(last) < cap.limit:
        return None
    return ContactedTooOften(
        originator_id=approach.originator_id,
        purpose=approach.purpose,
        limit=cap.limit,
        days=cap.days,
        last_contacts=last,
    )


def is_service(approach: Approach, rules: RuleBook) -> bool:
    """Whether the purpose is one that the organisation exempts from caps that day."""
    return approach.purpose in exempt_purposes(rules, on=approach.rules_day)


OBJECTIONS: tuple[Objection, ...] = (
    is_erased,
    is_released,
    is_left_alone,
    said_no,
    lacks_basis,
    is_above_cap,
)
