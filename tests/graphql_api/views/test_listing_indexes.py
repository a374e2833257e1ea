"""Of views of many rows every page in every order comes from an index in that order: none is sorted."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from graphql_api.queries.views import VIEW_MODELS
from graphql_api.views.rows_wanted import RowsWanted
from graphql_api.views.stored_rows import select_stored
from infra.stores import Store
from tests.graphql_api.views.given import DAYS, random_days

LARGE = [name for name, model in VIEW_MODELS.items() if model.view.has_many_rows]


@pytest.fixture(scope="module")
def planner(filled_store: Store) -> Iterator[psycopg.Connection[Any]]:
    """Plans as for a table too large to be read whole or sorted."""
    with filled_store.connect() as connection:
        for setting in ("enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_incremental_sort"):
            connection.execute(SQL("set {} to off").format(Identifier(setting)))
        yield connection


@pytest.mark.parametrize("name", LARGE)
def test_a_page_in_any_order_comes_from_its_index(name: str, planner: psycopg.Connection[Any]) -> None:
    model = VIEW_MODELS[name]
    rows = random_days(model.view, seed=0)[0]
    for order in model.orders:
        places = model.places(order.value)
        after = rows.drop_nulls(places[0]).select(places).row(0)
        for is_backwards in (False, True):
            wanted = RowsWanted(
                conditions=(), order=order.value, limit=101, after=after, is_backwards=is_backwards
            )
            statement, parameters = select_stored(model, wanted, DAYS[1], columns=[*map(Identifier, places)])
            explain = SQL("explain {}").format(statement)
            plan = "\n".join(line for (line,) in planner.execute(explain, parameters).fetchall())
            assert f"using {model.view.table}_by_{order.value.column or 'keys'} " in plan
            assert "Sort" not in plan
            (condition,) = [line for line in plan.splitlines() if "Index Cond" in line]
            assert "ROW(" in condition or len(model.parts(order.value)) == 1
            assert "valid_from" in condition
            assert "COALESCE(valid_to" in condition
