"""Where the rows of a view come from: a stored day in the database, or a frame made of the facts."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from psycopg.sql import Identifier

from graphql_api.access.read_access import ReadAccess
from graphql_api.views.made_frames import MadeFrame
from graphql_api.views.made_rows import kept_rows, page_of
from graphql_api.views.places import OfDay, Standing
from graphql_api.views.rows_wanted import RowsWanted
from graphql_api.views.stored_days import StoredDay
from graphql_api.views.stored_rows import count_stored, select_stored
from graphql_api.views.view_model import ViewModel

Row = tuple[Any, ...]


class ViewSource(Protocol):
    """The rows of one view as they stood once; `is_stale` where a later day should have been stored."""

    @property
    def standing(self) -> Standing: ...
    @property
    def position(self) -> int: ...
    @property
    def is_stored(self) -> bool: ...
    @property
    def is_stale(self) -> bool: ...

    async def page(
        self, wanted: RowsWanted, *, attributes: Sequence[str], places: Sequence[str]
    ) -> list[Row]:
        """The attributes, and behind them the columns of the places, of each row."""

    async def count(self, wanted: RowsWanted) -> int:
        """How many rows there are on all pages."""


@dataclass(frozen=True, kw_only=True)
class StoredSource:
    access: ReadAccess
    model: ViewModel
    found: StoredDay
    is_stale: bool
    is_stored: bool = True

    @property
    def standing(self) -> OfDay:
        return OfDay(self.found.day)

    @property
    def position(self) -> int:
        return self.found.position

    async def page(
        self, wanted: RowsWanted, *, attributes: Sequence[str], places: Sequence[str]
    ) -> list[Row]:
        columns = [*(self.model.columns[name] for name in attributes), *map(Identifier, places)]
        statement, parameters = select_stored(self.model, wanted, self.found.day, columns=columns)
        return await self.access.fetch(statement, parameters)

    async def count(self, wanted: RowsWanted) -> int:
        if not wanted.conditions and wanted.order.column is None and self.access.scope is None:
            return self.found.rows
        statement, parameters = count_stored(self.model, wanted.conditions, wanted.order, self.found.day)
        return int((await self.access.fetch(statement, parameters))[0][0])


@dataclass(frozen=True, kw_only=True)
class MadeSource:
    """`frame` holds what the caller may see."""

    model: ViewModel
    frame: MadeFrame
    is_stored: bool = False
    is_stale: bool = False

    @property
    def standing(self) -> Standing:
        return self.frame.standing

    @property
    def position(self) -> int:
        return self.frame.position

    async def page(
        self, wanted: RowsWanted, *, attributes: Sequence[str], places: Sequence[str]
    ) -> list[Row]:
        def read() -> list[Row]:
            kept = kept_rows(self.model, self.frame.rows, wanted.conditions, wanted.order)
            return page_of(self.model, kept, wanted, attributes=[*attributes, *places])

        return await asyncio.to_thread(read)

    async def count(self, wanted: RowsWanted) -> int:
        def count() -> int:
            return kept_rows(self.model, self.frame.rows, wanted.conditions, wanted.order).height

        return await asyncio.to_thread(count)
