"""Each role sees exactly the rows and the personal text that it may, whichever way it asks."""

import json
from typing import Any

import pytest
from strawberry.utils.str_converters import to_camel_case

from graphql_api.access.masking import masked, personal_columns
from graphql_api.access.readers import (
    IN_THE_OPEN,
    READERS_OF_ACCESS_LOG,
    READERS_OF_VIEWS,
    readers_of_fact,
    sees_in_the_open,
)
from graphql_api.datasets import DATASETS, FACT_DATASETS
from graphql_api.datasets.views import VIEW_DATASETS
from infra.api_keys import ROLES
from infra.stores import Store
from projections.facts import SPECS
from projections.metrics.definitions import METRICS
from projections.storage.row_security import REFERENCE, limits_of_fact
from tests.graphql_api.access.given import (
    CUSTOMERS,
    LAST_DAY,
    TEXTS,
    asking,
    listed,
    rows_of,
)
from tests.graphql_api.given import Api

NORTH = {customer for customer, (unit, _) in CUSTOMERS.items() if unit.startswith("north")}
LIMITED = {"units": ("north",)}
FOREIGN = [*(f"x:{one}" for one in CUSTOMERS.keys() - NORTH), "south-1", "customer-c2"]


def in_parts(names: list[str], *, size: int = 20) -> list[list[str]]:
    return [names[start : start + size] for start in range(0, len(names), size)]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_lists_the_datasets_that_name_it(role: str, everything: Api, shared_store: Store) -> None:
    caller = asking(everything, shared_store, role)
    readable = [name for name, dataset in DATASETS.items() if role in dataset.readers]
    # What limits an account manager is looked at below, row by row.
    for names in in_parts(readable, size=1 if role == "account_manager" else 20):
        said = json.dumps(caller.answer(listed(names)).get("errors"))
        assert said == "null" or (role == "account_manager" and "is limited to" in said), names


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"source_system", "account_manager"}))
def test_personal_text_is_open_masked_or_hidden_by_role(
    role: str, everything: Api, shared_store: Store
) -> None:
    caller = asking(everything, shared_store, role)
    for dataset in FACT_DATASETS:
        personal = personal_columns(dataset)
        if not personal or role not in dataset.readers:
            continue
        fields = " ".join(map(to_camel_case, personal))
        name = to_camel_case(dataset.name)
        flat = caller.data(listed([dataset.name], selection=fields))[name]
        page = caller.data(f"{{ {name}Connection {{ nodes {{ {fields} }} }} }}")[f"{name}Connection"]["nodes"]
        wanted = {
            to_camel_case(column): TEXTS[kind] if sees_in_the_open(role, kind) else masked(kind, TEXTS[kind])
            for column, kind in personal.items()
        }
        assert flat == page == [wanted] * len(CUSTOMERS)


@pytest.mark.parametrize(
    ("limits", "whom", "column"),
    [
        ({"role": "admin", **LIMITED}, NORTH, "units"),
        ({"role": "account_manager", "manager_id": "m1"}, {"c1", "c3"}, "customers"),
        ({"role": "account_manager"}, set(), "customers"),
        ({"role": "account_manager", "manager_id": "m2", **LIMITED}, set(), "customers"),
    ],
)
def test_a_limited_caller_sees_its_rows_of_every_fact(
    limits: dict[str, Any], whom: set[str], column: str, everything: Api, shared_store: Store
) -> None:
    caller = asking(everything, shared_store, **limits)
    for dataset in FACT_DATASETS:
        spec = SPECS[dataset.name]
        if limits["role"] not in readers_of_fact(spec) or dataset.name in REFERENCE:
            continue
        columns = limits_of_fact(spec)
        is_limited = getattr(columns, column) and (columns.units or "units" not in limits)
        found = rows_of(caller, dataset)
        if not is_limited:
            assert found == "FORBIDDEN", dataset.name
        else:
            assert isinstance(found, set), (dataset.name, found)
            assert {next(one for one in CUSTOMERS if one in row) for row in found} <= whom, dataset.name
            assert len(found) == len(whom), dataset.name


def test_no_figure_of_a_limited_caller_counts_a_foreign_unit(everything: Api, shared_store: Store) -> None:
    limited = asking(everything, shared_store, "admin", **LIMITED)
    whole = asking(everything, shared_store, "admin")
    asked = 'from: "2025-12-01", to: "2026-03-01"'
    # Sums are not stored here, and this pair has none: it is counted from the rows themselves.
    query = f'{{ metrics(metrics: ["calls"], {asked}, by: ["unit", "customer_id"]) {{ dimension1 value }} }}'
    assert {row["dimension1"] for row in whole.data(query)["metrics"]} == {"north-1", "north-2", "south-1"}
    assert {row["dimension1"] for row in limited.data(query)["metrics"]} == {"north-1", "north-2"}
    behind = "{ role stream key otherStream dimensions events { stream } }"
    for metric in sorted({definition.metric for definition in METRICS})[::6]:
        told = json.dumps(limited.answer(f'{{ explain(metric: "{metric}", {asked}) {behind} }}'))
        assert not [one for one in FOREIGN if one in told], metric


def test_a_limited_caller_cannot_ask_its_way_out(everything: Api, shared_store: Store) -> None:
    caller = asking(everything, shared_store, "admin", **LIMITED)
    asked = 'metrics: ["calls"], from: "2025-12-01", to: "2026-03-01"'
    for where in ('{dimension: "unit", values: ["south-1"]}', '{dimension: "unit.under", values: ["south"]}'):
        found = caller.data(f"{{ metrics({asked}, where: [{where}]) {{ value n }} }}")["metrics"]
        assert all(not row["value"] for row in found)
    assert caller.data('{ calls(unit: ["south-1"]) { id } }')["calls"] == []
    for refused in (
        '{ audit(metric: "calls", figure: "3", from: "2026-01-01", to: "2026-02-01") { verdict } }',
    ):
        assert caller.error(refused)["extensions"]["code"] == "FORBIDDEN"


def test_what_was_shown_in_the_open_is_on_record_when_it_is_answered(
    everything: Api, shared_store: Store
) -> None:
    desk = asking(everything, shared_store, "service_desk")
    query = "query Names($from: DateTime) { customers(from: $from) { name phone } }"
    desk.data(query, **{"from": "2025-01-01"})
    with shared_store.connect() as connection:
        row = connection.execute(
            "select caller, role, operation, variables, datasets, personal, customers, rows, outcome"
            " from access_log where operation = 'Names'"
        ).fetchone()
    assert row == (
        desk.key[: len("kefu_00000000")],
        "service_desk",
        "Names",
        '{"from":"2025-01-01"}',
        ["customers"],
        ["name", "phone"],
        sorted(CUSTOMERS),
        3,
        "ok",
    )


def test_nothing_personal_is_shown_that_cannot_be_put_on_record(everything: Api, shared_store: Store) -> None:
    desk = asking(everything, shared_store, "service_desk")
    with shared_store.connect() as connection:
        connection.execute("alter table access_log rename to access_log_away")
        try:
            error = desk.error("{ customers { name } }")
            assert error["extensions"]["code"] == "ACCESS_NOT_RECORDED"
            assert desk.data("{ customers { id } }")["customers"]
        finally:
            connection.execute("alter table access_log_away rename to access_log")


def test_the_access_log_is_read_by_those_who_answer_for_it(everything: Api, shared_store: Store) -> None:
    asking(everything, shared_store, "service_desk").data("query Looked { customers { phone } }")
    selection = "{ operation caller customers personal at }"
    for role in ROLES:
        caller = asking(everything, shared_store, role)
        answer = caller.answer(f'{{ accessLog(customer: "c2", dataset: "customers") {selection} }}')
        assert ("errors" not in answer) == (role in READERS_OF_ACCESS_LOG)
    officer = asking(everything, shared_store, "privacy_officer")
    found = officer.data(f'{{ accessLog(customer: "c2") {selection} }}')["accessLog"]
    assert "Looked" in {row["operation"] for row in found}
    assert officer.data(f'{{ accessLog(customer: "nobody") {selection} }}')["accessLog"] == []
    page = "{ accessLogConnection(first: 1) { nodes { id } pageInfo { hasNextPage endCursor } } }"
    first = officer.data(page)["accessLogConnection"]
    after = first["pageInfo"]["endCursor"]
    second = officer.data(page.replace("first: 1", f'first: 1, after: "{after}"'))["accessLogConnection"]
    assert first["nodes"] != second["nodes"]


def test_a_masked_text_tells_neither_itself_nor_its_length() -> None:
    assert [masked(kind, text) for kind, text in TEXTS.items()] == [
        "张**",
        "138****1234",
        "138****1234",
        "3****4",
        None,
    ]
    assert masked("phone", "12345678") == "****"
    assert set(IN_THE_OPEN) == set(TEXTS)


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"source_system"}))
def test_figures_about_a_few_are_told_to_the_roles_that_may_see_these_people(
    role: str, everything: Api, shared_store: Store
) -> None:
    caller = asking(everything, shared_store, role, **({"manager_id": "m1"} if "account" in role else {}))
    # As above, of a pair that has no stored sums.
    asked = 'from: "2025-12-01", to: "2026-03-01", by: ["unit", "customer_id"]'
    names = ("calls", "complaints", "claims", "requests", "customers", "members")
    query = " ".join(f'{name}: metrics(metric: "{name}", {asked}) {{ n suppressed }}' for name in names)
    told, whole = (who.data(f"{{ {query} }}") for who in (caller, asking(everything, shared_store, "admin")))
    few = {name for name, rows in whole.items() if any(row["n"] for row in rows)}
    assert "calls" in few
    hidden = few - {"members"} if role == "club_manager" else set()
    for name, rows in whole.items():
        # An account manager is told of their own customers alone.
        expected = rows[: len(told[name])] if role == "account_manager" else rows
        assert told[name] == ([{"n": 0, "suppressed": True}] * len(rows) if name in hidden else expected), (
            name
        )


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"source_system"}))
def test_the_history_of_a_row_is_refused_to_who_may_not_list_its_view(
    role: str, everything: Api, shared_store: Store
) -> None:
    caller = asking(everything, shared_store, role)
    for dataset in VIEW_DATASETS:
        # Whoever may ask is told that no day of this year can be asked for.
        asked = f'rowHistory(view: "{dataset.name}", id: "x", from: "0001-01-01")'
        error = caller.error(f"{{ {asked} {{ fromDay }} }}")
        expected = "BAD_USER_INPUT" if role in dataset.readers else "FORBIDDEN"
        assert error["extensions"]["code"] == expected, dataset.name


@pytest.mark.parametrize(
    "limits", [{"role": "admin", **LIMITED}, {"role": "account_manager", "manager_id": "m1"}]
)
def test_a_limited_caller_is_told_the_history_of_the_rows_of_its_lists(
    limits: dict[str, Any], everything: Api, shared_store: Store
) -> None:
    limited, whole = asking(everything, shared_store, **limits), asking(everything, shared_store, "admin")
    for dataset in VIEW_DATASETS:
        if limits["role"] not in dataset.readers:
            continue
        listed = f'{{ {to_camel_case(dataset.name)}(day: "{LAST_DAY}") {{ id }} }}'
        ids = [row["id"] for row in whole.data(listed)[to_camel_case(dataset.name)]]
        asked = " ".join(
            f'r{place}: rowHistory(view: "{dataset.name}", id: {json.dumps(one)}) {{ columns }}'
            for place, one in enumerate(ids)
        )
        answer, of_list = limited.answer(f"{{ {asked} }}"), limited.answer(listed)
        assert ("errors" in answer) == ("errors" in of_list), dataset.name
        if "errors" in answer:
            assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
        else:
            seen = [row["id"] for row in of_list["data"][to_camel_case(dataset.name)]]
            told = [one["columns"]["id"] for rows in answer["data"].values() for one in rows]
            assert sorted(told) == sorted(seen), dataset.name


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"source_system"}))
def test_of_a_person_views_show_what_the_role_may_list(
    role: str, everything: Api, shared_store: Store
) -> None:
    caller = asking(everything, shared_store, role, **({"manager_id": "m1"} if "account" in role else {}))
    of_a_person = {"churnRisk { band }": "churn_risk", "segments { segment }": "segment_members"}
    for field, view in of_a_person.items():
        answer = caller.answer(f'{{ customer(id: "c1") {{ {field} }} }}')
        may_see = role in READERS_OF_VIEWS[view] & READERS_OF_VIEWS["customer_360"]
        assert ("errors" not in answer) == may_see, answer
        if may_see:
            assert answer["data"]["customer"] is not None
        else:
            assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"
