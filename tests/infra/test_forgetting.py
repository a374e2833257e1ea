"""What belongs to a person, and whom the log says is to be forgotten, seen from both databases at once."""

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import Connection

from infra.forgetting import belongings, destroy_the_erased, is_customer, subjects_of
from infra.stores import Store
from tests.infra.event_store.test_persons import write

PHONE = "13800000001"


@pytest.fixture
def connection(embedded_store: Store) -> Iterator[Connection[Any]]:
    with embedded_store.connect() as opened:
        yield opened


def test_a_customer_is_no_stream() -> None:
    assert all(map(is_customer, ["crm:1", "p:00ff", "crm:a-b", "a_b.c:1"]))
    assert not any(map(is_customer, ["call-crm:1", "customer-p:00ff"]))
    assert subjects_of(["crm:1"]) == {"crm:1", "customer-crm:1"}


def test_belongings_are_sealed_under_ids_streams_and_phones(
    embedded_store: Store, connection: Connection[Any]
) -> None:
    keys = embedded_store.keys
    keys.protect_all(["crm:1", "call-a:1", "call-a:2", "call-a:3"], "phone", [PHONE] * 4)
    keys.protect("complaint-a:1", "narrative", "x")
    write(connection, "complaint-a:1", 1, "complaint.filed", customer_id="crm:1")
    write(connection, "complaint-a:2", 1, "complaint.filed", customer_id="crm:1")
    write(connection, "call-a:2", 1, "call.answered", customer_id="crm:2")
    found = belongings(connection, keys, ["crm:1"])
    assert found.subjects == {"crm:1", "customer-crm:1", "complaint-a:1"}
    assert found.anonymous == {"call-a:1", "call-a:3"}
    assert found.others == {"call-a:2"}
    caller = belongings(connection, keys, [], streams=["call-a:1"])
    assert (caller.subjects, caller.anonymous) == ({"call-a:1"}, {"call-a:3"})


def test_what_is_left_of_the_erased_is_destroyed_and_the_unfinished_named(
    embedded_store: Store, connection: Connection[Any]
) -> None:
    keys = embedded_store.keys
    keys.protect_all(["crm:1", "crm:2", "crm:3", "crm:4"], "name", ["a", "b", "c", "d"])
    for customer in ("crm:1", "crm:2"):
        write(connection, f"customer-{customer}", 1, "customer.erased", customer_id=customer)
    keys.place_hold("crm:2", "case 17")
    keys.request_erasure(["crm:3"])
    assert destroy_the_erased(connection, keys) == {"crm:3"}
    assert keys.having_keys(["crm:1", "crm:2", "crm:3", "crm:4"]) == {"crm:2", "crm:3", "crm:4"}
    assert destroy_the_erased(connection, keys) == {"crm:3"}


def test_a_hold_on_a_stream_of_theirs_leaves_that_stream(
    embedded_store: Store, connection: Connection[Any]
) -> None:
    keys = embedded_store.keys
    keys.protect_all(["crm:1", "call-a:1"], "phone", [PHONE] * 2)
    keys.place_hold("call-a:1", "recorded threat")
    write(connection, "customer-crm:1", 1, "customer.erased", customer_id="crm:1")
    destroy_the_erased(connection, keys)
    assert keys.having_keys(["crm:1", "call-a:1"]) == {"call-a:1"}
