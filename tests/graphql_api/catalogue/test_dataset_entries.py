"""The catalogue is the schema's own: every dataset, with what can be asked of it and by whom."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest

from graphql_api.datasets import DATASETS
from graphql_api.schema import build_schema
from infra.stores import Store
from projections.storage.view_tables import CREATE_PARTITIONS
from projections.views.churn_risk import CHURN_RISK
from tests.graphql_api.given import NOW, Api, Asking, key_for

SCHEMA = build_schema()._schema
ENTRY = "name typeName source meaning nameZh keys time rootField connectionField exportPath"
FIELDS = (
    "fields { name column type description nameZh unit references referencePrefix isRequired isPersonal }"
)


@pytest.fixture(scope="module")
def admin(api: Api, calls_store: Store) -> Asking:
    return Asking(api, key_for(calls_store, "admin"))


@pytest.fixture(scope="module")
def entries(admin: Asking) -> dict[str, dict[str, Any]]:
    """Every dataset by its name, as an admin sees it."""
    listed = admin.data(f"{{ datasets {{ {ENTRY} filters orders metrics grains {FIELDS} }} }}")["datasets"]
    return {entry["name"]: entry for entry in listed}


def test_every_dataset_is_there(entries: dict[str, dict[str, Any]]) -> None:
    assert list(entries) == list(DATASETS)


def test_fields_are_those_of_the_type(entries: dict[str, dict[str, Any]]) -> None:
    for entry in entries.values():
        served = SCHEMA.type_map[entry["typeName"]].fields  # type: ignore[attr-defined]
        told = {field["name"]: field["type"] for field in entry["fields"]}
        assert told == {name: str(field.type) for name, field in served.items()}, entry["name"]


def test_a_whole_entry(entries: dict[str, dict[str, Any]]) -> None:
    entry = {name: value for name, value in entries["calls"].items() if name not in {"fields", "filters"}}
    metrics, orders = entry.pop("metrics"), entry.pop("orders")
    assert entry == {
        "name": "calls",
        "typeName": "Call",
        "source": "FACT",
        "meaning": DATASETS["calls"].meaning,
        "nameZh": "呼入",
        "keys": ["call"],
        "time": "offered_at",
        "rootField": "calls",
        "connectionField": "callsConnection",
        "exportPath": "/export/calls",
        "grains": ["HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR", "TOTAL"],
    }
    assert {"service_level", "answer_rate"} <= set(metrics)
    assert {"OFFERED_AT_ASC", "LAST_POSITION_DESC"} <= set(orders)


def test_a_field_says_its_column_unit_and_whose_row_it_names(entries: dict[str, dict[str, Any]]) -> None:
    fields = {field["name"]: field for field in entries["calls"]["fields"]}
    assert fields["talkMs"] == {
        "name": "talkMs",
        "column": "talk_ms",
        "type": "BigInt",
        "description": "Talking time, in milliseconds.",
        "nameZh": "通话",
        "unit": "ms",
        "references": None,
        "referencePrefix": None,
        "isRequired": False,
        "isPersonal": False,
    }
    assert (fields["customerId"]["references"], fields["customerId"]["referencePrefix"]) == (
        "customers",
        "customer-",
    )
    assert (fields["id"]["column"], fields["id"]["type"]) == ("call", "ID!")


def test_a_row_of_several_keys_has_an_id_of_them_all(entries: dict[str, dict[str, Any]]) -> None:
    (field,) = (one for one in entries["complaint_liabilities"]["fields"] if one["name"] == "id")
    assert field["column"] == "complaint|attribution_id|party"
    assert (field["references"], field["isRequired"]) == (None, True)


def test_filters_and_orders_are_arguments_of_the_list(entries: dict[str, dict[str, Any]]) -> None:
    roots = SCHEMA.query_type.fields  # type: ignore[union-attr]
    for entry in entries.values():
        if entry["rootField"] is not None:
            assert entry["filters"] == list(roots[entry["rootField"]].args)
    assert {"from", "to", "queue", "where", "limit"} <= set(entries["calls"]["filters"])


def test_references_lead_to_datasets(entries: dict[str, dict[str, Any]]) -> None:
    named = {field["references"] for entry in entries.values() for field in entry["fields"]} - {None}
    assert named <= set(entries)


def test_a_role_is_shown_what_it_may_read(marketing: Asking, manager: Asking) -> None:
    hers = {entry["name"] for entry in marketing.data("{ datasets { name } }")["datasets"]}
    his = {entry["name"] for entry in manager.data("{ datasets { name } }")["datasets"]}
    assert "calls" in his
    assert "calls" not in hers
    assert hers == {name for name, dataset in DATASETS.items() if "marketing" in dataset.readers}


def test_what_a_role_may_not_read_is_as_if_it_were_not_there(marketing: Asking) -> None:
    ask = "query ($name: [String!]) { datasets(name: $name) { name } }"
    assert "there is no dataset 'calls' that you may read" in marketing.error(ask, name=["calls"])["message"]


def test_a_name_that_is_none_is_refused_with_a_hint(admin: Asking) -> None:
    error = admin.error('{ datasets(name: ["complaint"]) { name } }')
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "name"}
    assert "did you mean complaints" in error["message"]


def test_only_those_named_are_listed_each_once(admin: Asking) -> None:
    named = admin.data('{ datasets(name: ["units", "calls", "units"]) { name } }')["datasets"]
    assert [entry["name"] for entry in named] == ["units", "calls"]


def test_a_fact_says_its_position_and_has_no_stored_days(admin: Asking) -> None:
    ask = '{ datasets(name: ["calls", "units"]) { name position storedDays { first } } }'
    assert admin.data(ask)["datasets"] == [
        {"name": "calls", "position": 300, "storedDays": None},
        {"name": "units", "position": 0, "storedDays": None},
    ]


def test_a_view_says_which_days_are_stored(admin: Asking, calls_store: Store) -> None:
    days = [NOW.date() - timedelta(days=back) for back in (5, 4, 2)]
    with stored(calls_store, days):
        days_of = "source grains position storedDays { first last count stale }"
        (entry,) = admin.data(f'{{ datasets(name: ["churn_risk"]) {{ {days_of} }} }}')["datasets"]
    assert entry == {
        "source": "VIEW",
        "grains": ["DAY"],
        "position": 0,
        "storedDays": {"first": "2026-02-24", "last": "2026-02-27", "count": 3, "stale": True},
    }


@contextmanager
def stored(store: Store, days: Sequence[date]) -> Iterator[None]:
    """These days of churn risk are noted as stored."""
    with store.connect() as connection:
        connection.execute(CREATE_PARTITIONS)
        for day in days:
            connection.execute(
                "insert into view_partition values (%s, %s, %s, 1, 0, 0, now())",
                [CHURN_RISK.name, CHURN_RISK.version, day],
            )
    yield
    with store.connect() as connection:
        connection.execute("delete from view_partition where view = %s", [CHURN_RISK.name])
