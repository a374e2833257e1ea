"""What is served of one view: its row type, its orders, and how its rows are named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any

import strawberry
from psycopg.sql import Composable, Identifier

from graphql_api.datasets.dataset import Dataset
from graphql_api.lists.read_model import MOST_ROWS, ROWS_BY_DEFAULT, Order, ReadModel
from graphql_api.lists.row_types import row_type
from graphql_api.views.row_ids import id_in_sql
from projections.storage.view_orders import Part, leaves_out, order_of
from projections.views.view import View

ORDERED_KINDS = frozenset({int, float, Decimal, date, datetime})
MADE_NOW = frozenset({"satisfaction_scores"})
"""Lists that were always made at the moment of asking, before days were stored: they go on so by default."""


@dataclass(frozen=True, kw_only=True)
class ViewModel(ReadModel):
    """A read model whose rows stand at one moment: `time` may be null in a row, and is then listed last.

    Of views of many rows only those orders are there that an index serves.
    """

    view: View

    @cached_property
    def columns(self) -> Mapping[str, Composable]:
        """What each attribute of a row is in SQL."""
        shown = {column.name: Identifier(column.name) for column in self.dataset.shown}
        return {"id": id_in_sql(self.view), **shown}

    @property
    def is_made_now(self) -> bool:
        """Whether the list is made now where nothing is said, though a day may be stored."""
        return self.view.name in MADE_NOW

    @property
    def rows_by_default(self) -> int:
        return ROWS_BY_DEFAULT if self.view.has_many_rows else MOST_ROWS

    def parts(self, order: Order) -> tuple[Part, ...]:
        """What rows are compared by, in the order's own direction."""
        return order_of(self.view, order.column, is_descending=order.is_descending)

    def places(self, order: Order) -> tuple[str, ...]:
        """The columns whose values say where in the order a row stands."""
        return tuple(dict.fromkeys(part.column for part in self.parts(order)))


def view_model(view: View, dataset: Dataset) -> ViewModel:
    return ViewModel(view=view, dataset=dataset, row_type=row_type(dataset), orders=_orders(view, dataset))


def _orders(view: View, dataset: Dataset) -> type[Enum]:
    """Both ways by the keys and by each number, day and moment; of many rows by what an index serves."""
    numbers = [column.name for column in dataset.columns if column.kind in ORDERED_KINDS]
    columns = view.fast_orders if view.has_many_rows else numbers
    named = {
        f"{(column or 'id').upper()}_{way}": _order(view, dataset, column, is_descending=way == "DESC")
        for column in (None, *columns)
        for way in ("ASC", "DESC")
    }
    orders = Enum(f"{dataset.type_name}Order", named)  # type: ignore[misc] # the names come from columns
    described = f"Orders of {dataset.name.replace('_', ' ')}; the keys break ties."
    return strawberry.enum(orders, description=described)


def _order(view: View, dataset: Dataset, column: str | None, *, is_descending: bool) -> Any:
    way = "Descending" if is_descending else "Ascending"
    if column is None:
        keys = ", ".join(view.keys)
        return strawberry.enum_value(Order(None, str, is_descending), description=f"{way} by {keys}.")
    ending = ""
    if column in view.nullable:
        ending = (
            "; rows without it are left out" if leaves_out(view, column) else "; rows without it come last"
        )
    return strawberry.enum_value(
        Order(column, dataset.by_name[column].kind, is_descending),
        description=f"{way} by {column.replace('_', ' ')}{ending}.",
    )
