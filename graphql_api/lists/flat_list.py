"""A read model as a flat list: what BI tools, which know no connections, can read."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types.field import StrawberryField

from graphql_api.arguments import checked_count
from graphql_api.lists.read_model import MOST_ROWS, MOST_SKIPPED, ReadModel
from graphql_api.lists.row_reader import RowReader, attributes_named, rows_asked
from graphql_api.lists.rows_asked import (
    list_arguments,
    shared_arguments,
)
from graphql_api.lists.selected_fields import selected_names
from graphql_api.request_context import RequestContext
from graphql_api.tuple_rows import TupleRows


class FlatList(FieldExtension):
    """Gives a root field of type `list[Row]` its arguments and its rows."""

    def __init__(self, model: ReadModel) -> None:
        self._model = model

    def apply(self, field: StrawberryField) -> None:
        field.arguments = [*shared_arguments(self._model), *list_arguments()]

    def resolve(
        self, next_: Callable[..., Any], source: Any, info: strawberry.Info[RequestContext], **given: Any
    ) -> Awaitable[TupleRows[Any]]:
        return self._rows(info, given)

    async def _rows(self, info: strawberry.Info[RequestContext], given: dict[str, Any]) -> TupleRows[Any]:
        offset = checked_count("offset", given["offset"], most=MOST_SKIPPED)
        limit = checked_count("limit", given["limit"], most=MOST_ROWS)
        # Noted before anything is awaited, so that `meta` beside it knows that there is a list to wait for.
        with info.context.notes.noting(str(info.path.key), limit=limit) as note:
            reader = RowReader(
                access=info.context.access,
                model=self._model,
                asked=await rows_asked(self._model, given, info.context.services),
                attributes=attributes_named(self._model, selected_names(info)),
            )
            return await reader.read(note, offset=offset)
