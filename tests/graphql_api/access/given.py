"""What the tests of who sees what are given: rows of two units and two managers, and keys of every kind."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from psycopg.sql import SQL, Identifier
from strawberry.utils.str_converters import to_camel_case

from graphql_api.datasets.dataset import Dataset
from infra.api_keys import create_key
from infra.stores import Store
from projections.facts import SPECS
from projections.views import VIEWS
from projections.views.view import View
from tests.graphql_api.given import FIRST_OFFER, NOW, Api, Asking
from tests.graphql_api.views.given import store_days

NAME, PHONE, ID_NUMBER, NARRATIVE = "张三丰", "13812341234", "310101199001011234", "says his neighbour steals"
TEXTS = {
    "name": NAME,
    "phone": PHONE,
    "caller_number": PHONE,
    "id_number": ID_NUMBER,
    "narrative": NARRATIVE,
}
"""The text of each kind that is sealed."""
UNITS = {"north": ("north-1", "north-2"), "south": ("south-1",)}
CUSTOMERS = {"c1": ("north-1", "m1"), "c2": ("south-1", "m2"), "c3": ("north-2", "m1")}
"""Customer -> unit and manager."""
LAST_DAY = date(2026, 2, 28)
OF_KIND = {
    str: "k",
    int: 1,
    float: 1.0,
    bool: False,
    date: LAST_DAY,
    type(FIRST_OFFER): FIRST_OFFER,
    Decimal: Decimal(1),
}
ENVELOPE = {
    "voided": False,
    "has_void": False,
    "first_occurred_at": FIRST_OFFER,
    "last_occurred_at": FIRST_OFFER,
    "first_recorded_at": FIRST_OFFER,
    "last_recorded_at": FIRST_OFFER,
    "first_position": 1,
    "last_position": 1,
}


def told(store: Store) -> None:
    """Every fact that names a unit or a customer has a row of each customer, and customers their texts."""
    with store.connect() as connection, connection.cursor() as cursor:
        for place, (customer, (unit, manager)) in enumerate(CUSTOMERS.items(), start=1):
            for spec in SPECS.values():
                row = _row(spec.name, customer, unit, manager, store=store)
                if row is None:
                    continue
                names = SQL(", ").join(map(Identifier, row))
                values = SQL(", ").join([SQL("%s")] * len(row))
                cursor.execute(
                    SQL("insert into {} ({}) values ({})").format(Identifier(spec.table), names, values),
                    [*row.values()],
                )
            assert place
        for parent, units in UNITS.items():
            for unit in (parent, *units):
                cursor.execute(
                    SQL("insert into {} ({}) values (%s, 1, %s, %s, false, 1, 1)").format(
                        Identifier(SPECS["unit_moves"].table),
                        SQL("unit, version, parent, moved_at, voided, first_position, last_position"),
                    ),
                    [f"unit-{unit}", None if unit == parent else parent, FIRST_OFFER],
                )
        rows = [(spec.name, spec.version) for spec in SPECS.values()]
        statement = (
            "insert into projection_checkpoint (fact, version, position) values (%s, %s, 1)"
            " on conflict (fact) do update set position = 1"
        )
        cursor.executemany(statement, rows)


def stored_day(store: Store) -> None:
    """The last local day is stored of every view, with a row of each customer."""
    for view in VIEWS:
        rows = [_view_row(view, customer, unit) for customer, (unit, _) in CUSTOMERS.items()]
        store_days(store, view, [pl.DataFrame(rows, schema=view.schema, orient="row")], days=(LAST_DAY,))


def key_of(store: Store, role: str, **limits: Any) -> str:
    with store.connect() as connection:
        return create_key(connection, role=role, now=NOW, **limits)


def asking(api: Api, store: Store, role: str, **limits: Any) -> Asking:
    return Asking(api, key_of(store, role, **limits))


def listed(names: list[str], *, selection: str = "id") -> str:
    return "{" + " ".join(f"{to_camel_case(name)} {{ {selection} }}" for name in names) + "}"


def rows_of(caller: Asking, dataset: Dataset) -> set[str] | str:
    """The ids that a caller is given, by list and by connection alike, or the code of the refusal."""
    name = to_camel_case(dataset.name)
    flat = caller.answer(listed([dataset.name]))
    page = caller.answer(f"{{ {name}Connection {{ totalCount nodes {{ id }} }} }}")
    if "errors" in flat:
        assert "errors" in page
        return str(flat["errors"][0]["extensions"]["code"])
    found = {row["id"] for row in flat["data"][name]}
    assert found == {row["id"] for row in page["data"][f"{name}Connection"]["nodes"]}
    assert len(found) == int(page["data"][f"{name}Connection"]["totalCount"])
    return found


def _row(fact: str, customer: str, unit: str, manager: str, *, store: Store) -> dict[str, Any] | None:
    spec = SPECS[fact]
    columns = spec.pg_types
    if not {"unit", "customer", "customer_id"} & set(columns) or fact in {"units", "unit_moves"}:
        return None
    row: dict[str, Any] = {name: _key(name, columns[name], spec.stream, customer) for name in spec.key_names}
    personal = {"customers": ("name", "phone", "id_number"), "complaints": ("narrative",)}.get(fact, ())
    row |= {name: store.keys.protect(customer, name, TEXTS[name]) for name in personal}
    row |= {"unit": unit, "customer_id": customer, "manager_id": manager, "role": "A"}
    row |= {name: FIRST_OFFER for name in columns if name == "assigned_at"}
    row |= {spec.time: row.get(spec.time, FIRST_OFFER)} if columns[spec.time] == "timestamptz" else {}
    if fact == "calls":
        row |= {"direction": "inbound", "outcome": "answered"}
        row["caller_number"] = store.keys.protect(f"call-x:{customer}", "caller_number", PHONE)
    return {name: value for name, value in {**row, **ENVELOPE}.items() if name in columns}


def _key(name: str, pg_type: str, stream: str, customer: str) -> Any:
    if name == stream or name.startswith("inspected_"):
        return f"customer-{customer}" if stream == "customer" else f"{stream}-x:{customer}"
    if pg_type in {"bigint", "int"}:
        return 1
    return FIRST_OFFER if pg_type == "timestamptz" else FIRST_OFFER.date() if pg_type == "date" else "k"


def _view_row(view: View, customer: str, unit: str) -> dict[str, Any]:
    row = {name: OF_KIND[kind] for name, kind in view.kinds.items()}
    texts = {name: f"x:{customer}" for name in view.keys if view.kinds[name] is str}
    owners = {"unit": unit, "customer_id": customer}
    return {**row, **texts, **{name: whose for name, whose in owners.items() if name in row}}
