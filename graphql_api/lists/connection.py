"""A read model as a keyset connection: pages that neither skip nor repeat while rows are added."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from graphql_api.lists.cursors import Cursor, Cursors
from graphql_api.lists.edges import Edge, Edges
from graphql_api.lists.list_notes import Count
from graphql_api.lists.page_asked import PageInfo, page_asked
from graphql_api.lists.read_model import Order, ReadModel
from graphql_api.lists.row_reader import RowReader, attributes_named, place_named, rows_asked
from graphql_api.lists.row_selection import places_of
from graphql_api.lists.rows_asked import (
    connection_arguments,
    order_asked,
    shared_arguments,
)
from graphql_api.lists.selected_fields import selected_names
from graphql_api.request_context import RequestContext
from graphql_api.scalars import BigInt

RowType = TypeVar("RowType")


@strawberry.type(description="A page of rows.")
class Connection(Generic[RowType]):
    edges: list[Edge[RowType]] = strawberry.field(description="The rows with their cursors.")
    nodes: list[RowType] = strawberry.field(description="The rows alone.")
    page_info: PageInfo = strawberry.field(description="Where this page stands.")
    position: BigInt = strawberry.field(description="The log is told up to here: the next `updatedSince`.")
    count: strawberry.Private[Count]

    @strawberry.field(  # type: ignore[untyped-decorator] # Strawberry leaves it untyped
        description="How many rows there are on all pages; counted only when asked for."
    )
    async def total_count(self) -> BigInt:
        return BigInt(await self.count())


class KeysetConnection(FieldExtension):
    """Gives a root field of type `Connection[Row]` its arguments and its page."""

    def __init__(self, model: ReadModel) -> None:
        self._model = model

    def apply(self, field: StrawberryField) -> None:
        field.arguments = [*shared_arguments(self._model), *connection_arguments()]

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext], **given: Any
    ) -> Awaitable[Connection[Any]]:
        return self._page(info, given)

    def _kinds(self, order: Order) -> list[type]:
        """Of the values in a cursor of the order."""
        columns = self._model.dataset.by_name
        return [columns[name].kind for name in places_of(self._model, order)]

    async def _page(self, info: strawberry.Info[RequestContext], given: dict[str, Any]) -> Connection[Any]:
        order = order_asked(self._model, given)
        page = page_asked(given, order, self._kinds(order.value))
        names = selected_names(info, "nodes") | selected_names(info, "edges", "node")
        # Noted before anything is awaited, so that `meta` beside it knows that there is a list to wait for.
        with info.context.notes.noting(str(info.path.key), limit=page.limit) as note:
            asked = await rows_asked(self._model, given, info.context.services)
            reader = RowReader(
                access=info.context.access,
                model=self._model,
                asked=replace(asked, order=asked.order.backwards) if page.is_backwards else asked,
                attributes=attributes_named(self._model, names),
                places=places_of(self._model, asked.order),
            )
            found = await reader.read(note, after=page.cursor)
        rows = found.backwards() if page.is_backwards else found
        cursors = Cursors(
            rows, [*map(place_named, reader.places)], lambda values: Cursor(order.name, values).to_text()
        )
        return Connection(
            edges=Edges(rows, cursors),  # type: ignore[arg-type] # a sequence serves as a list
            nodes=rows,  # type: ignore[arg-type] # as edges
            page_info=page.info(cursors, is_more=note.is_truncated),
            position=BigInt(note.position or 0),
            count=reader.count,
        )
