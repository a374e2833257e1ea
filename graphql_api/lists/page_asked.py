"""Which page of a connection is asked for, forwards or backwards, and where it stands among the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import strawberry

from graphql_api.arguments import checked_count
from graphql_api.coded_errors import BadInputError
from graphql_api.lists.cursors import Cursor, read_cursor
from graphql_api.lists.read_model import MOST_EDGES, ROWS_BY_DEFAULT


@strawberry.type(description="Where a page stands among the others.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether rows follow this page, as far as is known.")
    has_previous_page: bool = strawberry.field(
        description="Whether rows stand before it, as far as is known."
    )
    start_cursor: str | None = strawberry.field(description="The first row's cursor; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The last row's cursor: the next page's `after`.")


@dataclass(frozen=True, kw_only=True)
class PageAsked:
    """`limit` edges behind the cursor, or backwards before it."""

    limit: int
    cursor: Cursor | None
    is_backwards: bool

    def info(self, cursors: Sequence[str], *, is_more: bool) -> PageInfo:
        """Beyond the page in its direction there is more or not; behind it, if it began at a cursor."""
        began_at_cursor = self.cursor is not None
        return PageInfo(
            has_next_page=began_at_cursor if self.is_backwards else is_more,
            has_previous_page=is_more if self.is_backwards else began_at_cursor,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        )


def page_asked(given: dict[str, Any], order: Enum, kinds: Sequence[type]) -> PageAsked:
    """`kinds` are those of the values in a cursor of the order.

    Raises BadInputError for a page both ways, a size out of range, a text that is no cursor.
    """
    is_backwards = given["last"] is not None or given["before"] is not None
    if is_backwards and (given["first"] is not None or given["after"] is not None):
        raise BadInputError("Give `first` and `after`, or `last` and `before`", argument="last")
    size, start = ("last", "before") if is_backwards else ("first", "after")
    asked = ROWS_BY_DEFAULT if given[size] is None else given[size]
    return PageAsked(
        limit=checked_count(size, asked, most=MOST_EDGES),
        cursor=_cursor(given[start], order, kinds, name=start),
        is_backwards=is_backwards,
    )


def _cursor(text: str | None, order: Enum, kinds: Sequence[type], *, name: str) -> Cursor | None:
    return None if text is None else read_cursor(text, order.name, kinds, name=name)
