"""The types of views: every column of every row, completed by column with the bytes of the stock executor."""

from typing import Any

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.utils.str_converters import to_camel_case

from graphql_api.columnar import ColumnarExecutor
from graphql_api.queries.views import VIEW_MODELS
from graphql_api.scalars import SCALARS
from graphql_api.tuple_rows import TupleRows
from graphql_api.views.made_rows import page_of
from graphql_api.views.rows_wanted import RowsWanted
from projections.views import VIEWS
from tests.graphql_api.test_columnar import answered
from tests.graphql_api.views.given import random_days


def schema_of(rows: TupleRows[Any], executor: type[ColumnarExecutor] | None) -> strawberry.Schema:
    async def found() -> Any:
        return rows

    root = type("Query", (), {"__annotations__": {}, "__module__": __name__})
    root.__annotations__["rows"] = list[rows.row_type]  # type: ignore[name-defined]
    root.rows = strawberry.field(resolver=found)  # type: ignore[attr-defined]
    return strawberry.Schema(
        strawberry.type(root),
        execution_context_class=executor,
        config=StrawberryConfig(scalar_map=SCALARS),
    )


def rows_of(name: str) -> TupleRows[Any]:
    model = VIEW_MODELS[name]
    (rows, *_) = random_days(model.view, seed=3)
    wanted = RowsWanted(conditions=(), order=model.orders["ID_ASC"].value, limit=None)
    attributes = tuple(model.columns)
    tuples = page_of(model, rows, wanted, attributes=attributes)
    return TupleRows(model.row_type, columns=attributes, tuples=tuples)


@pytest.mark.parametrize("name", VIEW_MODELS)
def test_every_column_is_answered_as_the_stock_executor_would(name: str) -> None:
    rows = rows_of(name)
    query = f"{{ rows {{ __typename {' '.join(map(to_camel_case, rows.columns))} }} }}"
    by_column, errors = answered(schema_of(rows, ColumnarExecutor), query)
    assert (by_column, errors) == answered(schema_of(rows, None), query)
    assert errors == []
    assert by_column.count("__typename") == len(rows)


def test_every_view_is_listed_with_what_its_columns_mean() -> None:
    assert list(VIEW_MODELS) == [view.name for view in VIEWS]
    for model in VIEW_MODELS.values():
        assert [column.name for column in model.dataset.columns] == list(model.view.schema)
        assert all(column.meaning for column in model.dataset.columns)


def test_many_rows_are_listed_only_in_orders_that_an_index_serves() -> None:
    orders = VIEW_MODELS["churn_risk"].orders
    assert [order.name for order in orders] == ["ID_ASC", "ID_DESC", "PROBABILITY_ASC", "PROBABILITY_DESC"]
