"""What is served of one dataset: its row type and the orders that an index serves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from psycopg.sql import SQL, Composable, Identifier
from strawberry.utils.str_converters import to_camel_case

from graphql_api.datasets.dataset import Column, Dataset

MOST_ROWS = 10_000
MOST_EDGES = 1_000
MOST_SKIPPED = 100_000
ROWS_BY_DEFAULT = 100


@dataclass(frozen=True, slots=True)
class Order:
    """One column with the kind of its values, and a direction; the key breaks ties. No column: by the key."""

    column: str | None
    kind: type
    is_descending: bool

    @property
    def backwards(self) -> "Order":
        return replace(self, is_descending=not self.is_descending)


@dataclass(frozen=True, kw_only=True)
class ReadModel:
    """`orders` is an enum of `Order`s.

    Rows whose time is not known are in no range of time, and in no order by time.
    """

    dataset: Dataset
    row_type: type
    orders: type[Enum]

    @cached_property
    def columns(self) -> Mapping[str, Composable]:
        """What each attribute of a row is in SQL."""
        shown = {column.name: Identifier(column.name) for column in self.dataset.shown}
        return {"id": id_of(self.dataset), **shown}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What each attribute of a row is in GraphQL."""
        return {attribute: to_camel_case(attribute) for attribute in self.columns}

    @cached_property
    def texts(self) -> tuple[Column, ...]:
        """The columns that a list can be filtered by directly: texts that are not personal."""
        return tuple(one for one in self.dataset.shown if one.kind is str and not one.personal)

    @cached_property
    def flags(self) -> tuple[Column, ...]:
        return tuple(one for one in self.dataset.shown if one.kind is bool and one.name != "voided")


def id_of(dataset: Dataset) -> Composable:
    """The text that names a row among those of its dataset: its keys joined by |."""
    if len(dataset.keys) == 1:
        return Identifier(dataset.keys[0])
    return SQL("concat_ws('|', {})").format(SQL(", ").join(map(Identifier, dataset.keys)))
