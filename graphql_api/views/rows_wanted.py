"""Which rows of a view are wanted, wherever they come from: what must hold, in which order, which page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql_api.lists.conditions import Condition
from graphql_api.lists.read_model import Order


@dataclass(frozen=True, kw_only=True)
class RowsWanted:
    """At most `limit` rows (None: all) behind the first `offset`, or behind the row with the values `after`.

    Backwards, the rows before that row, the nearest first; the order stays the one that was asked for.
    """

    conditions: tuple[Condition, ...]
    order: Order
    limit: int | None
    offset: int = 0
    after: Sequence[Any] | None = None
    is_backwards: bool = False

    @property
    def is_descending(self) -> bool:
        """Whether the rows are read from the greatest on."""
        return self.order.is_descending != self.is_backwards
