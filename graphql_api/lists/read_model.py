"""What is served of one table: its row type, key, time, and the filters and orders that an index serves."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import strawberry

MOST_ROWS = 10_000
MOST_EDGES = 1_000
MOST_SKIPPED = 100_000
ROWS_BY_DEFAULT = 100


@strawberry.interface(description="Something that has an id which nothing else in this store has.")
class Node:
    id: strawberry.ID = strawberry.field(
        description="The stream id: what it is, who numbered it, its number."
    )


@dataclass(frozen=True, slots=True)
class Order:
    """One column with the kind of its values, and a direction; the key breaks ties."""

    column: str
    kind: type
    is_descending: bool

    @property
    def backwards(self) -> "Order":
        return replace(self, is_descending=not self.is_descending)


@dataclass(frozen=True, kw_only=True)
class ReadModel:
    """`columns` are the column names by the row type's attribute; `orders` an enum of `Order`s.

    Rows whose `time` is not known are in no range of time, and in no order by time.
    """

    fact: str
    table: str
    row_type: type
    key: str
    time: str
    filters: tuple[str, ...]
    orders: type[Enum]
    default_order: Enum
    renamed: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> dict[str, str]:
        definition: Any = self.row_type.__strawberry_definition__  # type: ignore[attr-defined]
        renamed = dict(self.renamed)
        return {
            field.python_name: renamed.get(field.python_name, field.python_name)
            for field in definition.fields
        }
