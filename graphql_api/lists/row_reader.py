"""Reading the rows of a list: only the selected columns, one row more than asked for, with a position."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Composable, Identifier

from graphql_api.access.read_access import ReadAccess
from graphql_api.database import Row
from graphql_api.lists.cursors import Cursor
from graphql_api.lists.list_notes import ListNote
from graphql_api.lists.read_model import MOST_EDGES, ReadModel
from graphql_api.lists.row_selection import Page, count_rows, select_rows
from graphql_api.lists.rows_asked import RowsAsked, needs_zone, read_rows_asked
from graphql_api.organisation_zone import organisation_zone
from graphql_api.services import Services
from graphql_api.tuple_rows import TupleRows

POSITION = SQL("(select position from projection_checkpoint where fact = {})")


@dataclass(frozen=True, kw_only=True)
class RowReader:
    """Reads one read model's rows for one question; beside what is shown, the columns of their `places`."""

    access: ReadAccess
    model: ReadModel
    asked: RowsAsked
    attributes: tuple[str, ...]
    places: tuple[str, ...] = ()

    async def read(self, note: ListNote, *, offset: int = 0, after: Cursor | None = None) -> TupleRows[Any]:
        """The rows, at most `note.limit`, with a position that they are never older than."""
        note.count = self.count
        dataset = self.model.dataset
        beside = self.access.besides(dataset, self.attributes)
        note.position, found = await self._found(
            [
                *map(self.model.columns.__getitem__, self.attributes),
                *map(Identifier, (*self.places, *beside)),
            ],
            Page(limit=note.limit + 1, offset=offset, after=after),
        )
        names = (*self.attributes, *map(place_named, self.places), *beside)
        rows = await self.access.opened(dataset, names, note.cut(found))
        return TupleRows(self.model.row_type, columns=names, tuples=rows)

    async def _found(self, columns: Sequence[Composable], page: Page) -> tuple[int, list[Row]]:
        """A short page brings the position of its snapshot; else that of one before is asked for first."""
        is_short = page.limit is not None and page.limit <= MOST_EDGES + 1
        if is_short and self.access.scope is None:
            stated = POSITION.format(self.model.dataset.name)
            if found := await self._fetch([stated, *columns], page):
                return found[0][0] or 0, [row[1:] for row in found]
        position = await self.access.database.position_of(self.model.dataset.name)
        return position, await self._fetch(columns, page)

    async def _fetch(self, columns: Sequence[Composable], page: Page) -> list[Row]:
        statement, parameters = select_rows(self.model, self.asked, columns=columns, page=page)
        return await self.access.fetch(statement, parameters)

    async def count(self) -> int:
        statement, parameters = count_rows(self.model, self.asked)
        return int((await self.access.fetch(statement, parameters))[0][0])


async def rows_asked(model: ReadModel, given: dict[str, Any], services: Services) -> RowsAsked:
    """What the arguments ask for; the organisation's zone is looked up only where days are given."""
    zone = await organisation_zone(services.database) if needs_zone(given) else "UTC"
    return read_rows_asked(model, given, zone=zone)


def attributes_named(model: ReadModel, names: Iterable[str]) -> tuple[str, ...]:
    """The row's attributes with these GraphQL names, in declared order; at least one."""
    wanted = set(names)
    chosen = tuple(attribute for attribute, name in model.names.items() if name in wanted)
    return chosen or tuple(model.columns)[:1]


def place_named(column: str) -> str:
    """Under which name a row holds a column for its cursor: no field of a row has it."""
    return f"place:{column}"
