"""An erasure over GraphQL: the log is told of everybody who is the same person, and their keys are gone."""

from collections.abc import Iterator
from typing import Any

import pytest

from domain.customer.commands import LinkCustomer, RegisterCustomer
from domain.customer_service import CustomerService
from infra.stores import Store
from tests.graphql_api.commands.given import tell
from tests.graphql_api.given import NOW, Api, Asking, key_for


@pytest.fixture(scope="module")
def service(calls_store: Store) -> Iterator[CustomerService]:
    protect = calls_store.keys.protect
    with CustomerService(calls_store.service_env(), protect=protect, clock=lambda: NOW) as service:
        yield service


@pytest.fixture(scope="module")
def officer(api: Api, calls_store: Store) -> Asking:
    return Asking(api, key_for(calls_store, "privacy_officer"))


def registered(service: CustomerService, customer: str) -> str:
    stream = f"customer-{customer}"
    command = RegisterCustomer(
        originator_id=stream, name="王小明", phone=f"139{customer}", id_number=customer
    )
    service.register_customer(command, idempotency_key=stream)
    return customer


def erased(officer: Asking, customer: str, *, key: str) -> dict[str, Any]:
    answer = tell(officer, "erase_customer", {"customer": f"customer-{customer}"}, key=key)
    outcome: dict[str, Any] = answer["data"]["eraseCustomer"]
    return outcome


def test_everybody_who_is_the_same_person_is_forgotten(
    officer: Asking, calls_store: Store, service: CustomerService
) -> None:
    wang, li, zhao = (registered(service, f"crm:{number}") for number in (1, 2, 3))
    service.link_customer(LinkCustomer(originator_id=f"customer-{wang}", to=li), idempotency_key="link")
    done = erased(officer, wang, key="forget")
    assert done == {
        "__typename": "Done",
        "id": "customer-crm:1",
        "events": [{"topic": "customer.erased", "version": 3}],
    }
    assert calls_store.keys.having_keys([wang, li, zhao]) == {zhao}
    assert calls_store.keys.unfinished_erasures() == set()
    with calls_store.connect() as connection:
        told = connection.execute("select originator_id from stored_events where topic = 'customer.erased'")
        assert {stream for (stream,) in told} == {"customer-crm:1", "customer-crm:2"}
    assert erased(officer, wang, key="forget") == {**done, "__typename": "AlreadyKnown"}
    assert erased(officer, li, key="another")["__typename"] == "AlreadySo"


def test_a_key_of_another_erasure_forgets_nobody(
    officer: Asking, calls_store: Store, service: CustomerService
) -> None:
    first, second = (registered(service, f"crm:{number}") for number in (11, 12))
    erased(officer, first, key="once")
    assert erased(officer, second, key="once")["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert calls_store.keys.having_keys([second]) == {second}
    assert calls_store.keys.erased_among([second]) == set()


def test_a_legal_hold_refuses_and_leaves_everything(
    officer: Asking, calls_store: Store, service: CustomerService
) -> None:
    held = registered(service, "crm:21")
    calls_store.keys.place_hold(held, "case 17")
    refused = erased(officer, held, key="held")
    assert (refused["code"], "crm:21" in refused["message"]) == ("UNDER_LEGAL_HOLD", True)
    assert calls_store.keys.having_keys([held]) == {held}
    assert calls_store.keys.erased_among([held]) == set()


def test_nobody_unknown_is_erased(officer: Asking, calls_store: Store) -> None:
    assert erased(officer, "crm:31", key="unknown")["code"] == "CUSTOMER_IS_UNKNOWN"
    assert calls_store.keys.erased_among(["crm:31"]) == set()
    told = {"customer": "call-bank:000001"}
    ((_, answer),) = tell(officer, "erase_customer", told, key="call")["data"].items()
    assert answer["code"] == "COMMAND_OF_ANOTHER_STREAM"
