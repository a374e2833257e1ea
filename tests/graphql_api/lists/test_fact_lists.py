"""Every fact is listed as its rows stand, in any order, page by page, and an index serves each order."""

from collections.abc import Iterator
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from strawberry.utils.str_converters import to_camel_case

from graphql_api.app import create_app
from graphql_api.datasets import FACT_DATASETS, Dataset
from graphql_api.lists.cursors import Cursor
from graphql_api.lists.read_model import Order, ReadModel
from graphql_api.lists.row_selection import Page, places_of, select_rows
from graphql_api.lists.rows_asked import RowsAsked
from graphql_api.queries.facts import FACT_MODELS
from infra.stores import Store
from projections.facts import SPECS
from projections.storage.database import open_database
from projections.storage.tables import create_tables
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.given import NOW, Asking, key_for, started
from tests.graphql_api.lists.given import Row, id_of, rows_of, shown, written

by_name = pytest.mark.parametrize("dataset", FACT_DATASETS, ids=lambda dataset: dataset.name)
ROWS_OF = {dataset.name: rows_of(dataset, chance=Random(dataset.name)) for dataset in FACT_DATASETS}


@pytest.fixture(scope="module")
def facts_store(embedded_server: RunningServer) -> Iterator[Store]:
    """A store with made-up rows in every fact."""
    for store in fresh_store(embedded_server):
        with open_database(store.conninfo) as database:
            create_tables(database, SPECS.values())
        for dataset in FACT_DATASETS:
            written(store, dataset, ROWS_OF[dataset.name], has_void=False)
        yield store


@pytest.fixture(scope="module")
def admin(facts_store: Store) -> Iterator[Asking]:
    with started(create_app(facts_store.settings, clock=lambda: NOW)) as api:
        yield Asking(api, key_for(facts_store, "admin"))


def fields_of(dataset: Dataset) -> str:
    return " ".join(["id", *(to_camel_case(column.name) for column in dataset.shown)])


def live(dataset: Dataset) -> list[Row]:
    return sorted(
        (row for row in ROWS_OF[dataset.name] if not row["voided"]),
        key=lambda row: tuple(row[key] for key in dataset.keys),
    )


@by_name
def test_every_row_and_field_is_listed_by_id(dataset: Dataset, admin: Asking) -> None:
    name = to_camel_case(dataset.name)
    answer = admin.data(f"{{ rows: {name}(limit: 50) {{ {fields_of(dataset)} }} }}")
    assert answer["rows"] == [shown(dataset, row) for row in live(dataset)]


@by_name
def test_pages_by_every_order_neither_skip_nor_repeat(dataset: Dataset, admin: Asking) -> None:
    for order in FACT_MODELS[dataset.name].orders:
        expected = in_order(dataset, order.value)
        assert paged(admin, dataset, order.name) == [id_of(dataset, row) for row in expected]


def in_order(dataset: Dataset, order: Order) -> list[Row]:
    names = places_of(FACT_MODELS[dataset.name], order)
    there = [row for row in live(dataset) if all(row[name] is not None for name in names)]
    return sorted(there, key=lambda row: tuple(row[name] for name in names), reverse=order.is_descending)


def paged(asking: Asking, dataset: Dataset, order: str) -> list[str]:
    name = f"{to_camel_case(dataset.name)}Connection"
    arguments = f"first: 9, after: $after, orderBy: {order}"
    page = "nodes { id } pageInfo { endCursor hasNextPage }"
    query = f"query($after: String) {{ page: {name}({arguments}) {{ {page} }} }}"
    found: list[str] = []
    after = None
    while True:
        answer = asking.data(query, after=after)["page"]
        found += [row["id"] for row in answer["nodes"]]
        after = answer["pageInfo"]["endCursor"]
        if not answer["pageInfo"]["hasNextPage"]:
            return found


@by_name
def test_an_index_serves_every_order(dataset: Dataset, facts_store: Store) -> None:
    """No statement scans a table or sorts all of it: at the beginning, behind a cursor, since a position."""
    with facts_store.connect() as connection:
        for off in ("seqscan", "sort", "bitmapscan"):
            connection.execute(f"set enable_{off} = off")
        for statement, parameters in statements(FACT_MODELS[dataset.name]):
            plan = "\n".join(line for (line,) in connection.execute(b"explain " + statement, parameters))
            assert "Seq Scan" not in plan, plan
            assert "->  Sort" not in plan, plan


def statements(model: ReadModel) -> Iterator[tuple[bytes, list[Any]]]:
    for order in (one.value for one in model.orders):
        names = places_of(model, order)
        row = next(row for row in live(model.dataset) if all(row[name] is not None for name in names))
        place = Cursor("", tuple(row[name] for name in names))
        for updated_since, after in ((None, None), (None, place), (3, None)):
            asked = RowsAsked(
                conditions=(), updated_since=updated_since, is_including_voided=True, order=order
            )
            if updated_since is not None and order.column != "last_position":
                continue
            statement, parameters = select_rows(
                model, asked, columns=[model.columns["id"]], page=Page(limit=5, after=after)
            )
            yield statement.as_bytes(), parameters


def test_rows_are_given_in_the_order_of_time_where_a_range_is_asked(admin: Asking) -> None:
    query = '{ rows: claims(from: "2026-01-01T01:00:00Z", to: "2026-01-01T05:00:00Z") { reportedAt } }'
    moments = [row["reportedAt"] for row in admin.data(query)["rows"]]
    assert len(moments) > 2
    assert all(one <= other for one, other in pairwise(moments))
    assert min(moments) >= "2026-01-01T01"
    assert max(moments) < "2026-01-01T05"
