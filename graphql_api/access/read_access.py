"""Reading rows as somebody: those that the caller may see, with personal text as the caller may see it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.sql import Composed

from graphql_api.access.looks import Looks
from graphql_api.access.masking import (
    Opener,
    customer_column,
    opened_columns,
    personal_columns,
    subject_columns,
)
from graphql_api.access.reach import RowScope, row_scope
from graphql_api.access.readers import sees_in_the_open
from graphql_api.access.rows import Limits
from graphql_api.database import Database, Row
from graphql_api.datasets.dataset import Dataset
from graphql_api.sign_in import Caller


@dataclass(frozen=True, slots=True)
class ReadAccess:
    """One caller's way to rows; what is read is noted in `looks`."""

    caller: Caller
    database: Database
    keys: Opener
    looks: Looks

    @property
    def scope(self) -> RowScope | None:
        return row_scope(self.caller)

    async def limits(self) -> Limits | None:
        """What limits the caller today; None for who sees the rows of everybody."""
        scope = self.scope
        return None if scope is None else Limits(scope, await self.database.reach(scope))

    async def fetch(self, statement: Composed | bytes, parameters: Sequence[Any] = ()) -> list[Row]:
        """The rows of a select that the caller may see; raises ForbiddenError where none may be shown."""
        return await self.database.fetch(statement, parameters, scope=self.scope)

    def besides(self, dataset: Dataset, columns: Sequence[str]) -> tuple[str, ...]:
        """Columns that must be read beside these for their personal text to be opened."""
        if not set(columns) & set(personal_columns(dataset)):
            return ()
        return tuple(name for name in subject_columns(dataset) if name not in columns)

    async def opened(self, dataset: Dataset, columns: Sequence[str], rows: list[Row]) -> list[Row]:
        """Rows with these columns, each personal text as the caller may see it."""
        self.looks.read(dataset.name, len(rows))
        kinds = {kind for name, kind in personal_columns(dataset).items() if name in columns}
        if not kinds or not rows:
            return rows
        self._note_opened(dataset, columns, rows)
        return await asyncio.to_thread(self._opened, dataset, columns, rows)

    def _note_opened(self, dataset: Dataset, columns: Sequence[str], rows: list[Row]) -> None:
        personal = personal_columns(dataset)
        places = [place for place, name in enumerate(columns) if name in personal]
        in_the_open = [one for one in places if sees_in_the_open(self.caller.role, personal[columns[one]])]
        shown = [row for row in rows if any(row[place] is not None for place in in_the_open)]
        if shown:
            kinds = {personal[columns[place]] for place in in_the_open}
            whom = columns.index(customer_column(dataset) or columns[0])
            self.looks.opened(kinds, [row[whom] for row in shown] if customer_column(dataset) else ())

    def _opened(self, dataset: Dataset, columns: Sequence[str], rows: list[Row]) -> list[Row]:
        looked_at = {*personal_columns(dataset), *subject_columns(dataset)}
        held = {name: [row[at] for row in rows] for at, name in enumerate(columns) if name in looked_at}
        opened = opened_columns(held, dataset, role=self.caller.role, keys=self.keys)
        for name in personal_columns(dataset).keys() & opened.keys():
            at, texts = columns.index(name), opened[name]
            rows = [(*row[:at], text, *row[at + 1 :]) for row, text in zip(rows, texts, strict=True)]
        return rows
