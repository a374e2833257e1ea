"""Customers whom a source registers without name, phone or id number: told, projected, and forgotten too."""

import json
from datetime import UTC, datetime
from pathlib import Path

from infra.stores import Store
from pipelines.erasure import erase
from projections.runner.operate import project
from projections.storage.reader import stored_facts
from tests.pipelines.given import LATER, NOW, Desk, desk, log_of

NAMELESS = """\
version: 1
source: shop_customer
issuer: shop
zone: UTC
key: [id]
recorded_at: occurred_at
let: {joined_at: {at: joined}}
stream: {parts: [id]}
events:
  - {topic: customer.registered, occurred_at: joined_at}
"""
"""Customers of whom only a number is known: id, joined."""

ROWS = "id,joined,name\nC1,2025-01-05 09:00:00,\nC2,2025-01-06 09:00:00,李四\n"
NAMED = NAMELESS.replace("joined_at}\n", "joined_at, fields: {name: name}}\n")


def customers(folder: Path, *, mapping: str = NAMELESS) -> Desk:
    return desk(folder, ROWS, mapping=mapping, name="customers.csv")


def test_a_mapping_need_not_say_who_a_customer_is(tmp_path: Path) -> None:
    told = customers(tmp_path).told()
    assert [(one["stream"], one["name"], one["phone"], one["id_number"]) for one in told] == [
        ("customer-shop:C1", None, None, None),
        ("customer-shop:C2", None, None, None),
    ]


def test_an_empty_cell_is_no_reason_to_reject_a_registration(tmp_path: Path) -> None:
    made = customers(tmp_path, mapping=NAMED)
    assert made.rejects() == []
    assert [one["name"] for one in made.told()] == [None, "v1:"]


def test_only_what_is_there_is_sealed(embedded_store: Store, tmp_path: Path) -> None:
    customers(tmp_path, mapping=NAMED).ingest(embedded_store)
    names = [json.loads(state)["name"] for state in log_of(embedded_store)["state"]]
    assert names[0] is None
    assert names[1].startswith("v1:")
    assert embedded_store.keys.having_keys(["shop:C1", "shop:C2"]) == {"shop:C2"}


def test_the_fact_has_the_customer_all_the_same(embedded_store: Store, tmp_path: Path) -> None:
    customers(tmp_path).ingest(embedded_store)
    project(embedded_store.conninfo)
    with stored_facts(embedded_store.conninfo) as facts:
        rows = facts.facts("customers", columns=("customer", "name", "registered_at")).sort("customer")
    assert rows.select("customer", "name", "registered_at").row(0) == (
        "customer-shop:C1",
        None,
        datetime(2025, 1, 5, 9, tzinfo=UTC),
    )


def test_a_customer_without_a_name_is_forgotten_and_not_brought_back(
    embedded_store: Store, tmp_path: Path
) -> None:
    made = customers(tmp_path)
    made.ingest(embedded_store)
    erased = erase(embedded_store, ["shop:C1"], clock=lambda: NOW)
    assert erased.told == 1
    account = made.ingest(embedded_store, now=LATER)
    assert (account.appended, account.known, account.rejected) == (0, 1, 1)
    assert account.reasons == {"erased": 1}
