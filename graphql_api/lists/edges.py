"""Edges of a connection as rows and their cursors: none is made an object unless somebody asks for it."""

from collections.abc import Collection, Sequence
from typing import Any, Generic, TypeVar, overload

import strawberry

from graphql_api.tuple_rows import TupleRows

RowType = TypeVar("RowType")


@strawberry.type(description="A row and its place.")
class Edge(Generic[RowType]):
    cursor: str = strawberry.field(description="Give it as `after` to go on behind this row.")
    node: RowType = strawberry.field(description="The row.")


class Edges(Sequence[Edge[RowType]], Generic[RowType]):
    """A cursor for each row, in the order of the rows."""

    __slots__ = ("cursors", "row_type", "rows")

    def __init__(self, rows: TupleRows[RowType], cursors: Sequence[str]) -> None:
        self.row_type, self.rows, self.cursors = Edge, rows, cursors

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Edge[RowType]: ...
    @overload
    def __getitem__(self, place: slice) -> "Edges[RowType]": ...
    def __getitem__(self, place: int | slice) -> "Edge[RowType] | Edges[RowType]":
        if isinstance(place, slice):
            return Edges(self.rows[place], self.cursors[place])
        return Edge(cursor=self.cursors[place], node=self.rows[place])

    def by_column(self, names: Collection[str]) -> dict[str, Any]:
        """The rows, and where they are asked for their cursors."""
        return {"node": self.rows, **({"cursor": list(self.cursors)} if "cursor" in names else {})}
