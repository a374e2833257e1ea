"""Whether a customer may be contacted: consent, lawful basis for prospects, and caps."""

from datetime import datetime, timedelta

from domain.customer.commands import ContactCustomer
from domain.customer.refusals import ContactedTooOften, ContactRefused, NoLawfulBasis
from domain.customer.state import Customer
from domain.organisation.rule_bodies import ANY_PURPOSE, ContactCap
from domain.organisation.rules import local_day
from domain.telling import Situation, moment_of


def check_may_be_contacted(customer: Customer, command: ContactCustomer, situation: Situation) -> None:
    """Refuse contact without consent or lawful basis, or above a cap."""
    check_consent(customer, command)
    moment = moment_of(command, now=situation.now)
    for cap in situation.rules.contact_caps(on=local_day(moment, rules=situation.rules)):
        check_cap(customer, command, cap=cap, at=moment)


def check_consent(customer: Customer, command: ContactCustomer) -> None:
    """Refuse a purpose the customer said no to; a prospect needs a recorded basis for it."""
    consent = customer.consents.get(command.purpose)
    if consent is not None and not consent.granted:
        raise ContactRefused(originator_id=command.originator_id, purpose=command.purpose)
    if customer.is_prospect and (consent is None or consent.basis is None):
        raise NoLawfulBasis(originator_id=command.originator_id, purpose=command.purpose)


def check_cap(customer: Customer, command: ContactCustomer, *, cap: ContactCap, at: datetime) -> None:
    """Refuse the contact that would be one too many within the days before it."""
    if cap.purpose not in (ANY_PURPOSE, command.purpose):
        return
    since = at - timedelta(days=cap.days)
    last = tuple(
        contact.at
        for contact in customer.contacts
        if since < contact.at <= at and cap.purpose in (ANY_PURPOSE, contact.purpose)
    )
    if len(last) >= cap.limit:
        raise ContactedTooOften(
            originator_id=command.originator_id,
            purpose=command.purpose,
            limit=cap.limit,
            days=cap.days,
            last_contacts=last,
        )
