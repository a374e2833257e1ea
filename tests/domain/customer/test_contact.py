"""Outbound contact respects consent, the lawful basis of prospects, and caps."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from domain.customer import (
    CustomerClassified,
    CustomerConsentChanged,
    CustomerContacted,
    CustomerContractSigned,
)
from domain.customer.commands import ContactCustomer
from domain.customer.refusals import ContactedTooOften, ContactRefused, NoLawfulBasis
from domain.envelope import Event
from domain.streams import CUSTOMER
from tests.examples import CUSTOMER_ID, NOW, registered, rule, told
from tests.given import given, said

contact = ContactCustomer(originator_id=CUSTOMER_ID, channel="phone", purpose="marketing")


def contacted(days_ago: float, purpose: str = "marketing") -> CustomerContacted:
    return told(CustomerContacted, at=NOW - timedelta(days=days_ago), channel="phone", purpose=purpose)


def consent(*, granted: bool, basis: str | None = None) -> CustomerConsentChanged:
    return told(CustomerConsentChanged, purpose="marketing", granted=granted, basis=basis)


@pytest.mark.parametrize("known_by", [registered, told(CustomerContractSigned, contract_id="c1")])
def test_a_customer_who_did_not_refuse_is_contacted(known_by: Event) -> None:
    assert said(given(CUSTOMER, known_by).when(contact)) == [
        ("customer.contacted", {"channel": "phone", "purpose": "marketing"})
    ]


def test_refused_where_the_customer_said_no_to_the_purpose() -> None:
    story = given(CUSTOMER, registered, consent(granted=False))
    assert story.when_refused(contact, ContactRefused).purpose == "marketing"
    assert story.when(replace(contact, purpose="service"))


def test_contacted_after_the_customer_changed_their_mind() -> None:
    assert given(CUSTOMER, registered, consent(granted=False), consent(granted=True)).when(contact)


def test_refused_a_prospect_without_a_recorded_basis() -> None:
    given(CUSTOMER).when_refused(contact, NoLawfulBasis)
    given(CUSTOMER, consent(granted=True)).when_refused(contact, NoLawfulBasis)


def test_refused_a_prospect_by_classification_though_registered() -> None:
    prospect = told(CustomerClassified, scheme="relation", value="prospect")
    given(CUSTOMER, registered, prospect).when_refused(contact, NoLawfulBasis)


def test_a_prospect_is_contacted_on_a_lawful_basis_for_the_purpose_alone() -> None:
    story = given(CUSTOMER, consent(granted=True, basis="opt_in"))
    assert story.when(contact)
    story.when_refused(replace(contact, purpose="survey"), NoLawfulBasis)


def test_refused_above_the_default_cap_of_three_in_thirty_days() -> None:
    story = given(CUSTOMER, registered, contacted(29), contacted(2), contacted(1, "service"))
    refused = story.when_refused(contact, ContactedTooOften)
    assert (refused.limit, refused.days, len(refused.last_contacts)) == (3, 30, 3)


def test_contacts_before_the_days_of_the_cap_do_not_count() -> None:
    assert given(CUSTOMER, registered, contacted(30), contacted(2), contacted(1)).when(contact)


def test_a_configured_cap_counts_its_own_purpose() -> None:
    cap = rule("contact_cap", "marketing", '{"limit":1,"days":7,"purpose":"marketing"}')
    story = given(CUSTOMER, registered, contacted(1, "service"), contacted(2)).under(cap)
    story.when_refused(contact, ContactedTooOften)
    assert story.when(replace(contact, purpose="service"))


def test_a_contact_told_late_is_judged_by_its_own_moment() -> None:
    story = given(CUSTOMER, registered, contacted(3), contacted(2), contacted(1))
    assert story.when(replace(contact, occurred_at=NOW - timedelta(days=4)))
