"""A view as a keyset connection: pages of one day that neither skip nor repeat, whatever is stored."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Generic, TypeVar

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from graphql_api.arguments import checked_count
from graphql_api.coded_errors import BadInputError
from graphql_api.lists.cursors import Cursors
from graphql_api.lists.edges import Edge, Edges
from graphql_api.lists.list_notes import Count
from graphql_api.lists.page_asked import PageInfo
from graphql_api.lists.read_model import MOST_EDGES, ROWS_BY_DEFAULT
from graphql_api.lists.row_reader import attributes_named, place_named
from graphql_api.lists.rows_asked import connection_arguments, order_asked
from graphql_api.lists.selected_fields import selected_names
from graphql_api.request_context import RequestContext
from graphql_api.scalars import BigInt
from graphql_api.views.places import Place, read_place
from graphql_api.views.view_asked import view_arguments, view_asked
from graphql_api.views.view_model import ViewModel

RowType = TypeVar("RowType")


@strawberry.type(description="A page of the rows of a view at the end of a day, or at a moment.")
class ViewConnection(Generic[RowType]):
    edges: list[Edge[RowType]] = strawberry.field(description="The rows with their cursors.")
    nodes: list[RowType] = strawberry.field(description="The rows alone.")
    page_info: PageInfo = strawberry.field(description="Where this page stands.")
    position: BigInt = strawberry.field(description="The rows are made of the log up to here.")
    day: date | None = strawberry.field(
        description="The local day at whose end the rows stood; null where they were made of a moment."
    )
    stored: bool = strawberry.field(description="Whether they were stored at the end of that day.")
    stale: bool = strawberry.field(
        description="Whether this is the latest stored day, not asked for by name, and older than yesterday."
    )
    count: strawberry.Private[Count]

    @strawberry.field(  # type: ignore[untyped-decorator] # Strawberry leaves it untyped
        description="How many rows there are on all pages; counted only when asked for."
    )
    async def total_count(self) -> BigInt:
        return BigInt(await self.count())


@dataclass(frozen=True, kw_only=True)
class Page:
    """`limit` rows behind the place, or backwards before it."""

    limit: int
    place: Place | None
    is_backwards: bool

    def info(self, cursors: Sequence[str], *, is_more: bool) -> PageInfo:
        began_at_place = self.place is not None
        return PageInfo(
            has_next_page=began_at_place if self.is_backwards else is_more,
            has_previous_page=is_more if self.is_backwards else began_at_place,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        )


class ViewPages(FieldExtension):
    """Gives a root field of type `ViewConnection[Row]` its arguments and its page."""

    def __init__(self, model: ViewModel) -> None:
        self._model = model

    def apply(self, field: StrawberryField) -> None:
        field.arguments = [*view_arguments(self._model), *connection_arguments()]

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext], **given: Any
    ) -> Awaitable[ViewConnection[Any]]:
        return self._page(info, given)

    async def _page(
        self, info: strawberry.Info[RequestContext], given: dict[str, Any]
    ) -> ViewConnection[Any]:
        model, order = self._model, order_asked(self._model, given)
        page, places = page_asked(model, given, order), model.places(order.value)
        names = selected_names(info, "nodes") | selected_names(info, "edges", "node")
        # Noted before anything is awaited, so that `meta` beside it knows that there is a list to wait for.
        with info.context.notes.noting(str(info.path.key), limit=page.limit) as note:
            asked = await view_asked(
                model,
                given,
                info.context,
                order=order,
                cursor=page.place.standing if page.place else None,
                limit=page.limit + 1,
                after=page.place.values if page.place else None,
                is_backwards=page.is_backwards,
            )
            attributes = attributes_named(model, names)
            found = await asked.read(note, info.context, attributes=attributes, places=places)
        rows = found.backwards() if page.is_backwards else found
        standing = asked.source.standing
        cursors = Cursors(
            rows,
            [*map(place_named, places)],
            lambda values: Place(model.view.name, order.name, standing, values).to_text(),
        )
        return ViewConnection(
            edges=Edges(rows, cursors),  # type: ignore[arg-type] # a sequence serves as a list
            nodes=rows,  # type: ignore[arg-type] # as edges
            page_info=page.info(cursors, is_more=note.is_truncated),
            position=BigInt(asked.source.position),
            day=note.day,
            stored=asked.source.is_stored,
            stale=asked.source.is_stale,
            count=asked.count,
        )


def page_asked(model: ViewModel, given: dict[str, Any], order: Enum) -> Page:
    """Raises BadInputError for a page both ways, a size out of range, a text that is no such cursor."""
    is_backwards = given["last"] is not None or given["before"] is not None
    if is_backwards and (given["first"] is not None or given["after"] is not None):
        raise BadInputError("Give `first` and `after`, or `last` and `before`", argument="last")
    size, start = ("last", "before") if is_backwards else ("first", "after")
    asked = ROWS_BY_DEFAULT if given[size] is None else given[size]
    kinds = [model.dataset.by_name[name].kind for name in model.places(order.value)]
    text = given[start]
    return Page(
        limit=checked_count(size, asked, most=MOST_EDGES),
        place=None if text is None else read_place(text, model.view.name, order.name, kinds, name=start),
        is_backwards=is_backwards,
    )
