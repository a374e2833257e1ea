"""How long each list of an answer was and whether more would have followed: cutting is never silent."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

Row = TypeVar("Row")
Count = Callable[[], Awaitable[int]]


@dataclass(slots=True)
class ListNote:
    """`name` is what the answer calls the list; `total`, or else `count`, how many rows there are.

    `as_of`, `known_at` and `time_zone`: of which moments the rows are, and whose days they are cut by;
    `definitions`: the metrics' definitions that were used; `remarks`: what else a reader must know.
    `day`, `is_stored` and `is_stale`: of views, at the end of which day the rows stood, if of one, whether
    they were stored then, and whether a later day should have been.
    """

    name: str
    limit: int
    row_count: int = 0
    is_truncated: bool = False
    position: int | None = None
    count: Count | None = None
    total: int | None = None
    as_of: datetime | None = None
    known_at: datetime | None = None
    time_zone: str | None = None
    definitions: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    day: date | None = None
    is_stored: bool | None = None
    is_stale: bool | None = None
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    def cut(self, found: list[Row]) -> list[Row]:
        """At most `limit` of rows of which one more was read, to know whether more would follow."""
        self.is_truncated, self.row_count = len(found) > self.limit, min(len(found), self.limit)
        return found[: self.limit]

    def shows(self, row_count: int, *, of: int, offset: int = 0) -> None:
        """So many rows of all there are, behind the first `offset`."""
        self.row_count, self.total = row_count, of
        self.is_truncated = offset + row_count < of


@dataclass(slots=True)
class ListNotes:
    """The notes on all lists of one answer."""

    notes: dict[str, ListNote] = field(default_factory=dict)

    @contextmanager
    def noting(self, name: str, *, limit: int) -> Iterator[ListNote]:
        """The note on a list that is being made; it is taken back if the list fails."""
        note = self.notes[name] = ListNote(name=name, limit=limit)
        try:
            yield note
        except BaseException:
            del self.notes[name]
            raise
        finally:
            note.is_over.set()

    async def finished(self) -> list[ListNote]:
        """The notes once every list of this answer is made."""
        await asyncio.sleep(0)  # the lists beside the asking field begin in the same turn of the loop
        await asyncio.gather(*[note.is_over.wait() for note in self.notes.values()])
        return list(self.notes.values())

    def as_extension(self) -> dict[str, Any]:
        """`extensions.lists` of the answer, which says it to those who do not ask for `meta`."""
        lists = {name: _as_extension(note) for name, note in self.notes.items()}
        return {"lists": lists} if lists else {}


def _as_extension(note: ListNote) -> dict[str, Any]:
    told = {
        "rowCount": note.row_count,
        "truncated": note.is_truncated,
        "limit": note.limit,
        "position": note.position,
    }
    standing = {"day": note.day, "stored": note.is_stored, "stale": note.is_stale}
    return told if note.is_stored is None else told | standing
