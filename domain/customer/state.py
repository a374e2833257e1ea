"""What a customer has become: the state, and how every event of its stream changes it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from domain.customer.events import (
    CustomerCampaignAssigned,
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
    CustomerUsageRecorded,
    CustomerWonBack,
)
from domain.envelope import Event
from domain.organisation.rule_bodies import ANY_PURPOSE


class Consent(NamedTuple):
    """Whether the customer allows contact for a purpose since when, and on what lawful basis."""

    granted: bool
    basis: str | None
    at: datetime


class Contact(NamedTuple):
    """One time the organisation reached out."""

    at: datetime
    purpose: str


class Customer(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides what may happen next to a customer."""

    registered: CustomerRegistered | None = None
    classes: dict[str, str] = {}
    links: frozenset[str] = frozenset()
    contracts: dict[str, CustomerContractSigned | CustomerContractEnded] = {}
    usage: dict[tuple[Any, Any], CustomerUsageRecorded] = {}
    managers: dict[str, str] = {}
    contacts: tuple[Contact, ...] = ()
    consents: dict[str, Consent] = {}
    requested_ratings: dict[str, CustomerRatingRequested] = {}
    ratings: dict[str, CustomerRated] = {}
    dissatisfactions: tuple[CustomerDissatisfied, ...] = ()
    repaired_ratings: frozenset[str] = frozenset()
    arms: dict[str, str] = {}
    libraries: frozenset[str] = frozenset()
    presence: Literal["here", "churned", "won_back"] = "here"
    is_released: bool = False
    is_erased: bool = False

    @property
    def is_prospect(self) -> bool:
        """Whether nothing shows that the person is a customer: no registration, contract or usage."""
        if "relation" in self.classes:
            return self.is_known_prospect
        return self.registered is None and not self.contracts and not self.usage

    @property
    def is_known_prospect(self) -> bool:
        """Whether the person was classified as a prospect."""
        return self.classes.get("relation") == "prospect"

    def consent_for(self, purpose: str) -> Consent | None:
        """Find the last word on a purpose: about itself, or about any purpose; None if nothing was said."""
        said = [self.consents[name] for name in (ANY_PURPOSE, purpose) if name in self.consents]
        return max(reversed(said), key=lambda consent: consent.at, default=None)


def evolve(customer: Customer, event: Event) -> Customer:
    """Change the state by any event; those that decide nothing leave it as it is."""
    change = CHANGES.get(type(event))
    return change(customer, event) if change else customer


def _registered(customer: Customer, event: CustomerRegistered) -> Customer:
    return replace(customer, registered=event, is_released=False)


def _classified(customer: Customer, event: CustomerClassified) -> Customer:
    return replace(customer, classes={**customer.classes, event.scheme: event.value})


def _linked(customer: Customer, event: CustomerLinked) -> Customer:
    return replace(customer, links=customer.links | {event.to})


def _contract(customer: Customer, event: CustomerContractSigned | CustomerContractEnded) -> Customer:
    contracts = {**customer.contracts, event.contract_id: event}
    return replace(customer, contracts=contracts, is_released=False)


def _usage_recorded(customer: Customer, event: CustomerUsageRecorded) -> Customer:
    period = (event.period_start, event.period_end)
    return replace(customer, usage={**customer.usage, period: event}, is_released=False)


def _manager_assigned(customer: Customer, event: CustomerManagerAssigned) -> Customer:
    return replace(customer, managers={**customer.managers, event.role: event.manager_id})


def _contacted(customer: Customer, event: CustomerContacted) -> Customer:
    contact = Contact(at=event.occurred_at, purpose=event.purpose)
    return replace(customer, contacts=(*customer.contacts, contact))


def _consent_changed(customer: Customer, event: CustomerConsentChanged) -> Customer:
    consent = Consent(granted=event.granted, basis=event.basis, at=event.occurred_at)
    return replace(customer, consents={**customer.consents, event.purpose: consent})


def _rating_requested(customer: Customer, event: CustomerRatingRequested) -> Customer:
    return replace(customer, requested_ratings={**customer.requested_ratings, event.rating_id: event})


def _rated(customer: Customer, event: CustomerRated) -> Customer:
    if event.rating_id is None:
        return customer
    return replace(customer, ratings={**customer.ratings, event.rating_id: event})


def _dissatisfied(customer: Customer, event: CustomerDissatisfied) -> Customer:
    return replace(customer, dissatisfactions=(*customer.dissatisfactions, event))


def _repaired(customer: Customer, event: CustomerRepaired) -> Customer:
    """Strike what was put right off the list: all of one rating, or the first there is."""
    repaired = what_is_repaired(customer, event.rating_id)
    ratings = frozenset(wrong.rating_id for wrong in repaired if wrong.rating_id is not None)
    return replace(
        customer,
        dissatisfactions=tuple(wrong for wrong in customer.dissatisfactions if wrong not in repaired),
        repaired_ratings=customer.repaired_ratings | ratings,
    )


def what_is_repaired(customer: Customer, rating_id: str | None) -> tuple[CustomerDissatisfied, ...]:
    """Find what a repair puts right: everything open about that rating; without one, the first told."""
    if rating_id is None:
        return customer.dissatisfactions[:1]
    return tuple(wrong for wrong in customer.dissatisfactions if wrong.rating_id == rating_id)


def _campaign_assigned(customer: Customer, event: CustomerCampaignAssigned) -> Customer:
    return replace(customer, arms={**customer.arms, event.campaign_id: event.arm})


def _chosen(customer: Customer, event: CustomerChosenAsCase) -> Customer:
    return replace(customer, libraries=customer.libraries | {event.library})


def _churned(customer: Customer, _: CustomerChurned) -> Customer:
    return replace(customer, presence="churned")


def _won_back(customer: Customer, _: CustomerWonBack) -> Customer:
    return replace(customer, presence="won_back")


def _number_released(customer: Customer, _: CustomerNumberReleased) -> Customer:
    """Forget everything: whoever gets the number next inherits no history."""
    return Customer(is_released=True, is_erased=customer.is_erased)


def _erased(customer: Customer, _: CustomerErased) -> Customer:
    return replace(customer, is_erased=True)


CHANGES: dict[type[Event], Callable[[Customer, Any], Customer]] = {
    CustomerRegistered: _registered,
    CustomerClassified: _classified,
    CustomerLinked: _linked,
    CustomerContractSigned: _contract,
    CustomerContractEnded: _contract,
    CustomerUsageRecorded: _usage_recorded,
    CustomerManagerAssigned: _manager_assigned,
    CustomerContacted: _contacted,
    CustomerConsentChanged: _consent_changed,
    CustomerRatingRequested: _rating_requested,
    CustomerRated: _rated,
    CustomerDissatisfied: _dissatisfied,
    CustomerRepaired: _repaired,
    CustomerCampaignAssigned: _campaign_assigned,
    CustomerChosenAsCase: _chosen,
    CustomerChurned: _churned,
    CustomerWonBack: _won_back,
    CustomerNumberReleased: _number_released,
    CustomerErased: _erased,
}
