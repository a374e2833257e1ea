"""Outbound contact respects consent, the lawful basis of prospects, and caps; the first reason is told."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from domain.checks import UnknownChoice
from domain.customer import (
    CustomerClassified,
    CustomerConsentChanged,
    CustomerContacted,
    CustomerContractSigned,
    CustomerNumberReleased,
    CustomerUsageRecorded,
)
from domain.customer.commands import ContactCustomer
from domain.customer.contact import OBJECTIONS, REASONS
from domain.customer.refusals import (
    ContactedTooOften,
    ContactIsACallback,
    ContactRefused,
    NoLawfulBasis,
    NumberIsReleased,
)
from domain.envelope import Event
from domain.streams import CUSTOMER
from tests.domain.customer.examples import consent as consent_to_marketing
from tests.examples import CUSTOMER_ID, NOW, YESTERDAY, registered, rule, told
from tests.given import given, said
from tests.one_of_each import ONE_OF_EACH

contact = ContactCustomer(originator_id=CUSTOMER_ID, channel="phone", purpose="marketing")
service = replace(contact, purpose="complaint_follow_up")
prospect = told(CustomerClassified, scheme="relation", value="prospect")


def contacted(days_ago: float, purpose: str = "marketing") -> CustomerContacted:
    return told(CustomerContacted, at=NOW - timedelta(days=days_ago), channel="phone", purpose=purpose)


def consent(
    *, granted: bool, basis: str | None = None, purpose: str = "marketing", hours: int = 0
) -> CustomerConsentChanged:
    return told(
        CustomerConsentChanged,
        at=YESTERDAY + timedelta(hours=hours),
        purpose=purpose,
        granted=granted,
        basis=basis,
    )


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


def test_refused_for_every_purpose_where_the_customer_said_no_to_any() -> None:
    story = given(CUSTOMER, registered, consent(granted=False, purpose="any"))
    story.when_refused(contact, ContactRefused)
    assert story.when(service)


def test_the_last_word_on_any_purpose_or_the_one_counts() -> None:
    yes_then_no = (consent(granted=True), consent(granted=False, purpose="any", hours=1))
    no_then_yes = (consent(granted=False, purpose="any"), consent(granted=True, hours=1))
    given(CUSTOMER, registered, *yes_then_no).when_refused(contact, ContactRefused)
    assert given(CUSTOMER, registered, *no_then_yes).when(contact)


def test_a_consent_that_any_purpose_overruled_is_given_again() -> None:
    overruled = given(
        CUSTOMER,
        registered,
        consent(granted=True, basis="opt_in"),
        consent(granted=False, purpose="any", hours=1),
    )
    assert len(overruled.when(consent_to_marketing)) == 1
    assert overruled.and_(consent_to_marketing).when(contact)


def test_a_no_to_the_service_itself_is_respected() -> None:
    no = consent(granted=False, purpose="complaint_follow_up")
    given(CUSTOMER, registered, no).when_refused(service, ContactRefused)


def test_refused_a_prospect_without_a_recorded_basis() -> None:
    given(CUSTOMER).when_refused(contact, NoLawfulBasis)
    given(CUSTOMER, consent(granted=True)).when_refused(contact, NoLawfulBasis)


def test_refused_a_prospect_on_a_basis_that_is_none() -> None:
    refused = given(CUSTOMER, consent(granted=True, basis="bought_a_list")).when_refused(
        contact, NoLawfulBasis
    )
    assert refused.basis == "bought_a_list"


def test_refused_a_prospect_by_classification_though_registered() -> None:
    given(CUSTOMER, registered, prospect).when_refused(contact, NoLawfulBasis)


def test_refused_a_known_prospect_even_as_a_service() -> None:
    given(CUSTOMER, prospect).when_refused(service, NoLawfulBasis)


def test_somebody_of_whom_nothing_is_known_is_followed_up_on_their_own_complaint() -> None:
    assert given(CUSTOMER).when(service)


def test_a_prospect_is_contacted_on_a_lawful_basis_for_the_purpose_alone() -> None:
    story = given(CUSTOMER, consent(granted=True, basis="opt_in"))
    assert story.when(contact)
    story.when_refused(replace(contact, purpose="survey"), NoLawfulBasis)


def test_a_prospect_is_contacted_on_a_lawful_basis_for_any_purpose() -> None:
    assert given(CUSTOMER, consent(granted=True, basis="contract", purpose="any")).when(contact)


def test_the_organisation_says_which_bases_are_lawful() -> None:
    only_contracts = rule("lawful_bases", "lawful_bases", '["contract"]')
    story = given(CUSTOMER, consent(granted=True, basis="opt_in")).under(only_contracts)
    story.when_refused(contact, NoLawfulBasis)
    refused = story.when_refused(replace(consent_to_marketing, basis="consent"), UnknownChoice)
    assert (refused.value, refused.known) == ("consent", ["contract"])


def test_refused_a_consent_on_a_basis_that_is_none() -> None:
    refused = given(CUSTOMER).when_refused(replace(consent_to_marketing, basis="habit"), UnknownChoice)
    assert (refused.field, refused.value) == ("basis", "habit")


def test_refused_above_the_default_cap_of_three_in_thirty_days() -> None:
    story = given(CUSTOMER, registered, contacted(29), contacted(2), contacted(1, "service"))
    refused = story.when_refused(contact, ContactedTooOften)
    assert (refused.limit, refused.days, len(refused.last_contacts)) == (3, 30, 3)


def test_service_is_not_capped_and_counts_all_the_same() -> None:
    story = given(CUSTOMER, registered, contacted(3), contacted(2), contacted(1))
    assert story.when(service)
    served = given(CUSTOMER, registered, *(contacted(day, "complaint_follow_up") for day in (3, 2, 1)))
    served.when_refused(contact, ContactedTooOften)


def test_the_organisation_says_what_is_service_from_a_day_on() -> None:
    surveys = rule("contact_exemptions", "contact_exemptions", '["survey"]', valid_from=date(2026, 3, 5))
    story = given(CUSTOMER, registered, *(contacted(day) for day in (3, 2, 1))).under(surveys)
    assert story.when(replace(contact, purpose="survey"))
    story.when_refused(service, ContactedTooOften)
    before = replace(contact, purpose="survey", occurred_at=NOW - timedelta(hours=20))
    story.when_refused(before, ContactedTooOften)


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


def test_refused_on_a_number_that_was_given_back() -> None:
    given(CUSTOMER, registered, told(CustomerNumberReleased)).when_refused(service, NumberIsReleased)


@pytest.mark.parametrize(
    "known_by",
    [
        registered,
        told(CustomerContractSigned, contract_id="c1"),
        next(event for event in ONE_OF_EACH if isinstance(event, CustomerUsageRecorded)),
    ],
    ids=lambda event: event.TOPIC,
)
def test_contacted_on_the_number_that_somebody_else_has_now(known_by: Event) -> None:
    later = replace(known_by, occurred_at=YESTERDAY + timedelta(hours=1))
    assert given(CUSTOMER, registered, told(CustomerNumberReleased), later).when(contact)


def test_refused_as_a_callback_which_is_told_by_attempting_it() -> None:
    by_callback = replace(contact, channel="callback")
    given(CUSTOMER, registered).when_refused(by_callback, ContactIsACallback)


def test_every_objection_has_a_reason_of_its_own_that_a_callback_tells() -> None:
    assert len(set(REASONS.values())) == len(REASONS) == len(OBJECTIONS)
