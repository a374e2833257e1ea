"""A view as a flat list: what BI tools, which know no connections, can read."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from graphql_api.arguments import checked_count
from graphql_api.lists.read_model import MOST_ROWS, MOST_SKIPPED
from graphql_api.lists.row_reader import attributes_named
from graphql_api.lists.rows_asked import list_arguments, order_asked
from graphql_api.lists.selected_fields import selected_names
from graphql_api.request_context import RequestContext
from graphql_api.tuple_rows import TupleRows
from graphql_api.views.view_asked import view_arguments, view_asked
from graphql_api.views.view_model import ViewModel


class ViewList(FieldExtension):
    """Gives a root field of type `list[Row]` its arguments and its rows."""

    def __init__(self, model: ViewModel) -> None:
        self._model = model

    def apply(self, field: StrawberryField) -> None:
        rows = list_arguments(rows=self._model.rows_by_default)
        field.arguments = [*view_arguments(self._model), *rows]

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext], **given: Any
    ) -> Awaitable[TupleRows[Any]]:
        return self._rows(info, given)

    async def _rows(self, info: strawberry.Info[RequestContext], given: dict[str, Any]) -> TupleRows[Any]:
        offset = checked_count("offset", given["offset"], most=MOST_SKIPPED)
        limit = checked_count("limit", given["limit"], most=MOST_ROWS)
        order = order_asked(self._model, given)
        attributes = attributes_named(self._model, selected_names(info))
        # Noted before anything is awaited, so that `meta` beside it knows that there is a list to wait for.
        with info.context.notes.noting(str(info.path.key), limit=limit) as note:
            asked = await view_asked(
                self._model, given, info.context, order=order, limit=limit + 1, offset=offset
            )
            return await asked.read(note, info.context, attributes=attributes)
