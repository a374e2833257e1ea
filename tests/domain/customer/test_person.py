"""Linked pseudonyms are one person where contact is concerned, as far as links lead from the one asked."""

from datetime import timedelta

from msgspec.structs import replace

from domain.customer.events import CustomerRegistered
from domain.customer.person import as_one_person, linked_streams
from domain.customer.refusals import ContactedTooOften, ContactRefused, InControlGroup
from domain.customer.state import Consent, Contact, Customer
from domain.streams import CUSTOMER as CUSTOMERS
from tests.domain.customer.examples import contact, link
from tests.examples import CAMPAIGN, CUSTOMER, CUSTOMER_ID, NOW, YESTERDAY, registered
from tests.given import Given, given

OTHER = f"customer-{link.to}"


def linked_to(other: Customer, **more: Customer) -> Given:
    others = {f"customer-p:{name}": state for name, state in more.items()}
    return given(CUSTOMERS, registered).beside({OTHER: other, **others}).and_(link)


def joined(customer: Customer, others: dict[str, Customer]) -> Customer:
    return as_one_person(customer, originator_id=CUSTOMER_ID, others=others)


def test_a_no_under_another_pseudonym_counts() -> None:
    no = Customer(consents={"retention": Consent(granted=False, basis=None, at=YESTERDAY)})
    linked_to(no).when_refused(contact, ContactRefused)


def test_a_no_is_found_two_links_away() -> None:
    no = Customer(consents={"retention": Consent(granted=False, basis=None, at=YESTERDAY)})
    linked_to(Customer(links=frozenset({"p:far"})), far=no).when_refused(contact, ContactRefused)


def test_the_last_word_counts_whichever_pseudonym_it_was_said_under() -> None:
    no = Consent(granted=False, basis=None, at=YESTERDAY)
    yes = Consent(granted=True, basis="opt_in", at=NOW)
    for one, other in [(no, yes), (yes, no)]:
        person = joined(
            Customer(consents={"retention": one}, links=frozenset({link.to})),
            {OTHER: Customer(consents={"retention": other})},
        )
        assert person.consents == {"retention": yes}


def test_contacts_add_up_to_the_cap() -> None:
    contacts = tuple(Contact(at=NOW - timedelta(days=day), purpose="retention") for day in range(1, 4))
    refused = linked_to(Customer(contacts=contacts)).when_refused(contact, ContactedTooOften)
    assert len(refused.last_contacts) == 3


def test_left_alone_under_another_pseudonym_is_left_alone() -> None:
    told = given(CUSTOMERS, registered).beside({OTHER: Customer(arms={CAMPAIGN: "control"})}).and_(link)
    told.when_refused(replace(contact, campaign_id=CAMPAIGN), InControlGroup)


def test_linked_to_a_customer_nobody_is_a_prospect() -> None:
    assert isinstance(registered, CustomerRegistered)
    known = Customer(registered=registered)
    assert not joined(Customer(links=frozenset({link.to})), {OTHER: known}).is_prospect


def test_what_was_erased_or_given_back_adds_nothing() -> None:
    contacts = (Contact(at=NOW, purpose="retention"),)
    for gone in (
        Customer(is_erased=True, contacts=contacts),
        Customer(is_released=True, contacts=contacts),
    ):
        alone = Customer(links=frozenset({link.to}))
        assert joined(alone, {OTHER: gone}) == alone


def test_links_in_a_circle_are_followed_once() -> None:
    contacts = (Contact(at=NOW, purpose="retention"),)
    one = Customer(links=frozenset({link.to}), contacts=contacts)
    other = Customer(links=frozenset({CUSTOMER}), contacts=contacts)
    read_again = replace(one)
    assert len(joined(one, {OTHER: other, CUSTOMER_ID: read_again}).contacts) == 2


def test_the_streams_of_links_are_named() -> None:
    assert linked_streams(Customer(links=frozenset({"p:b", "p:a"}))) == ("customer-p:a", "customer-p:b")
