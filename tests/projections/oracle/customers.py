"""Customers, their classes and their ratings, as the clerk writes them."""

from typing import Any

from domain.envelope import Event
from tests.projections.oracle.clerk import Clerk, Key, at, count, earliest, field, fields, latest

CUSTOMER_TOPICS = (
    "customer.registered",
    "customer.linked",
    "customer.manager_assigned",
    "customer.contract_signed",
    "customer.contract_ended",
    "customer.contacted",
    "customer.churned",
    "customer.won_back",
    "customer.number_released",
    "customer.erased",
)


def _customer_key(event: Event) -> Key:
    return (event.originator_id,)


def _telling_key(event: Event) -> Key:
    return (event.originator_id, event.originator_version)


def _customer(events: list[Event]) -> dict[str, Any]:
    returns = [n for n, event in enumerate(events) if event.TOPIC == "customer.won_back"]
    churned = latest(events[returns[-1] + 1 :] if returns else events, "customer.churned")
    registered = earliest(events, "customer.registered")
    return {
        **fields(latest(events, "customer.registered"), "name", "phone", "id_number"),
        "registered_at": at(registered),
        **fields(registered, "unit", "tier"),
        "customer_id": registered.originator_id.removeprefix("customer-") if registered else None,
        "linked_to": field(latest(events, "customer.linked"), "to"),
        "manager_a": field(latest(events, "customer.manager_assigned", role="A"), "manager_id"),
        "manager_b": field(latest(events, "customer.manager_assigned", role="B"), "manager_id"),
        "contracts_signed": count(events, "customer.contract_signed"),
        "contracts_ended": count(events, "customer.contract_ended"),
        "contacts": count(events, "customer.contacted"),
        "last_contacted_at": at(latest(events, "customer.contacted")),
        "churned_at": at(churned),
        "churn_reason": field(churned, "reason"),
        "won_back_at": at(latest(events, "customer.won_back")),
        "number_released_at": at(latest(events, "customer.number_released")),
        "erased_at": at(latest(events, "customer.erased")),
    }


def _class(events: list[Event]) -> dict[str, Any]:
    classified = earliest(events, "customer.classified")
    return {**fields(classified, "scheme", "value"), "classified_at": at(classified)}


CUSTOMERS = Clerk(
    name="customers", keys=("customer",), topics=CUSTOMER_TOPICS, key=_customer_key, columns=_customer
)
CUSTOMER_CLASSES = Clerk(
    name="customer_classes",
    keys=("customer", "version"),
    topics=("customer.classified",),
    key=_telling_key,
    columns=_class,
)
