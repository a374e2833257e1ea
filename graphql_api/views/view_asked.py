"""The arguments that the list and the connection of a view share, and what they ask for once checked."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from strawberry.types.arguments import StrawberryArgument

from graphql_api.arguments import argument
from graphql_api.lists.list_notes import ListNote
from graphql_api.lists.row_reader import place_named
from graphql_api.lists.rows_asked import (
    column_arguments,
    conditions_asked,
    needs_zone,
    order_asked,
    time_arguments,
)
from graphql_api.organisation_zone import organisation_zone
from graphql_api.request_context import RequestContext
from graphql_api.tuple_rows import TupleRows
from graphql_api.views.places import OfDay, Standing
from graphql_api.views.rows_wanted import RowsWanted
from graphql_api.views.view_model import ViewModel
from graphql_api.views.view_sources import ViewSource
from graphql_api.views.which_rows import check_standing, source_asked, standing_arguments

ORDER = "The order, in which the keys break ties; else by time where `from` or `to` is asked, and by key."


def view_arguments(model: ViewModel) -> list[StrawberryArgument]:
    return [
        *standing_arguments(model),
        *time_arguments(model),
        argument("order_by", model.orders | None, ORDER, default=None),
        *column_arguments(model),
    ]


@dataclass(frozen=True, kw_only=True)
class ViewAsked:
    """Where the rows come from, and which of them are wanted."""

    model: ViewModel
    source: ViewSource
    wanted: RowsWanted

    async def read(
        self,
        note: ListNote,
        context: RequestContext,
        *,
        attributes: tuple[str, ...],
        places: tuple[str, ...] = (),
    ) -> TupleRows[Any]:
        """The rows, at most `note.limit`, with the columns of the places; the note says of which day."""
        found = await self.source.page(self.wanted, attributes=attributes, places=places)
        shown = note.cut(found)
        self._note(note)
        names = (*attributes, *map(place_named, places))
        rows = await context.access.opened(self.model.dataset, names, shown)
        return TupleRows(self.model.row_type, columns=names, tuples=rows)

    async def count(self) -> int:
        return await self.source.count(self.wanted)

    def _note(self, note: ListNote) -> None:
        source, standing = self.source, self.source.standing
        note.count, note.position = self.count, source.position
        note.is_stored, note.is_stale = source.is_stored, source.is_stale
        if isinstance(standing, OfDay):
            note.day = standing.day
        else:
            note.as_of, note.known_at = standing.as_of, standing.known_at
        if source.is_stale:
            note.remarks = ("A later day of this view could be stored: run `kefu refresh`",)


async def view_asked(
    model: ViewModel,
    given: dict[str, Any],
    context: RequestContext,
    *,
    order: Enum,
    cursor: Standing | None = None,
    **page: Any,
) -> ViewAsked:
    """`page` is what RowsWanted has besides conditions and order."""
    check_standing(given)
    zone = ZoneInfo(await organisation_zone(context.services.database) if _needs_zone(given) else "UTC")
    conditions = tuple(conditions_asked(model, given, zone=zone))
    return ViewAsked(
        model=model,
        source=await source_asked(model, given, context, zone=zone, cursor=cursor),
        wanted=RowsWanted(conditions=conditions, order=order.value, **page),
    )


def _needs_zone(given: dict[str, Any]) -> bool:
    moments = (given["as_of"], given["known_at"])
    return needs_zone(given) or any(one is not None and not isinstance(one, datetime) for one in moments)


def view_order(model: ViewModel, given: dict[str, Any]) -> Enum:
    return order_asked(model, given)
