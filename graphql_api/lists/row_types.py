"""The GraphQL type of a dataset's rows and the enum of its orders, derived from its columns."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import strawberry

from graphql_api.datasets.dataset import Column, Dataset
from graphql_api.lists.read_model import Order
from graphql_api.scalars import BigInt
from graphql_api.told import told


@strawberry.interface(description="A row that has an id which no other row of its list has.")
class Node:
    id: strawberry.ID = strawberry.field(
        description="The stream id: what it is, who numbered it, its number; what else is in the key after |."
    )


KINDS: dict[type, Any] = {
    str: str,
    int: BigInt,
    float: float,
    bool: bool,
    date: date,
    datetime: datetime,
    Decimal: Decimal,
}


def row_type(dataset: Dataset) -> type:
    """The type of the dataset's rows: `id`, and a field for each column that is shown."""
    annotations = {column.name: _field_kind(column) for column in dataset.shown}
    fields = {column.name: told(_description(column)) for column in dataset.shown}
    body = {"__annotations__": annotations, "__module__": __name__, **fields}
    return strawberry.type(type(dataset.type_name, (Node,), body), description=dataset.meaning)


def _field_kind(column: Column) -> Any:
    kind = int if column.is_count else KINDS[column.kind]
    return kind if column.is_required else kind | None


def _description(column: Column) -> str:
    masked = " Opened for some roles, masked for others." if column.personal else ""
    return f"{column.meaning}{masked}"


def orders_of(dataset: Dataset, columns: Sequence[str | None]) -> type[Enum]:
    """An enum of orders by these columns, both ways each; None stands for the key."""
    named = {
        f"{(column or 'id').upper()}_{way}": _order_value(dataset, column, is_descending=is_descending)
        for column in columns
        for is_descending, way in ((False, "ASC"), (True, "DESC"))
    }
    orders = Enum(f"{dataset.type_name}Order", named)  # type: ignore[misc] # the names come from columns
    described = f"Orders of {dataset.name.replace('_', ' ')}; the id breaks ties."
    return strawberry.enum(orders, description=described)


def _order_value(dataset: Dataset, column: str | None, *, is_descending: bool) -> Any:
    kind = str if column is None else dataset.by_name[column].kind
    return strawberry.enum_value(
        Order(column, kind, is_descending=is_descending),
        description=_order_meaning(dataset, column, way="Descending" if is_descending else "Ascending"),
    )


def _order_meaning(dataset: Dataset, column: str | None, *, way: str) -> str:
    if column is None:
        return f"{way} by the key."
    if column == "last_position":
        return f"{way} by when they were last told of: for `updatedSince`."
    left_out = "" if dataset.by_name[column].is_required else "; rows without it are left out"
    return f"{way} by {column.replace('_', ' ')}{left_out}."
