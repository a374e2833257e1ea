"""A customer together with those they are linked to: whoever said no once said it under every pseudonym."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from domain.customer.state import Consent, Customer


def customer_stream(customer_id: str) -> str:
    """Name the stream of a customer."""
    return f"customer-{customer_id}"


def linked_streams(customer: Customer) -> tuple[str, ...]:
    """Name the streams of the pseudonyms that a customer is linked to."""
    return tuple(sorted(customer_stream(link) for link in customer.links))


def as_one_person(customer: Customer, *, originator_id: str, others: Mapping[str, Any]) -> Customer:
    """Join the customer of a stream with everybody linked, as far as contact is concerned.

    Contacts add up, the last word on a purpose counts, and an arm is that of the customer's own stream before
    that of a linked one. What was erased or given back adds nothing.
    """
    for other in _everybody_linked(customer, originator_id=originator_id, others=others):
        customer = _joined(customer, other)
    return customer


def _everybody_linked(
    customer: Customer, *, originator_id: str, others: Mapping[str, Any]
) -> Iterator[Customer]:
    seen = {originator_id}
    waiting = list(linked_streams(customer))
    while waiting:
        stream = waiting.pop()
        other = others.get(stream)
        if stream in seen or other is None:
            continue
        seen.add(stream)
        waiting.extend(linked_streams(other))
        if not (other.is_erased or other.is_released):
            yield other


def _joined(one: Customer, other: Customer) -> Customer:
    return replace(
        one,
        registered=one.registered or other.registered,
        classes={**other.classes, **one.classes},
        contracts={**other.contracts, **one.contracts},
        usage={**other.usage, **one.usage},
        contacts=(*one.contacts, *other.contacts),
        consents=_last_words(one.consents, other.consents),
        arms={**other.arms, **one.arms},
    )


def _last_words(one: Mapping[str, Consent], other: Mapping[str, Consent]) -> dict[str, Consent]:
    newer = {
        purpose: consent
        for purpose, consent in other.items()
        if purpose not in one or one[purpose].at < consent.at
    }
    return {**one, **newer}
