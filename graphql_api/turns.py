"""Long answers made piece by piece, so that other requests have their turn at the event loop in between."""

from asyncio import sleep
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from psycopg import AsyncCursor

CELLS_AT_ONCE = 20_000
"""Values read, completed or written at once: 2 to 4 ms of a core. 420,000 at once held everybody for 150."""

Row = tuple[Any, ...]


def pieces_of(count: int, *, width: int) -> Iterator[slice]:
    """Where to cut so many rows of so many values."""
    size = max(1, CELLS_AT_ONCE // max(1, width))
    return (slice(start, start + size) for start in range(0, count, size))


async def fetched(cursor: AsyncCursor[Row]) -> list[Row]:
    """All rows of a result; each is made of the server's bytes when it is fetched."""
    rows: list[Row] = []
    width = len(cursor.description or ())
    # Where the result is still on its way (-1, after a pipeline), `fetchall` waits for it.
    if cursor.rowcount * width <= CELLS_AT_ONCE:
        return await cursor.fetchall()
    for piece in pieces_of(cursor.rowcount, width=width):
        rows += await cursor.fetchmany(piece.stop - piece.start)
        await sleep(0)
    return rows


async def written(data: Any) -> Any:
    """The data of an answer with its long lists as the JSON that they would become; the lists are used up."""
    if not isinstance(data, dict):
        return data  # there is none, or it is written already, as the schema is
    return {name: await _written_list(value) if _is_long(value) else value for name, value in data.items()}


def _is_long(value: Any) -> bool:
    return isinstance(value, list) and len(value) * _width(value) > CELLS_AT_ONCE


def _width(rows: Sequence[Any]) -> int:
    return len(rows[0]) if rows and isinstance(rows[0], dict) else 1


async def _written_list(rows: list[Any]) -> orjson.Fragment:
    size, pieces = max(1, CELLS_AT_ONCE // _width(rows)), []
    while rows:
        pieces.append(orjson.dumps(rows[:size])[1:-1])
        # To let go of all rows at once would take as long as to write a third of them.
        del rows[:size]
        await sleep(0)
    return orjson.Fragment(b"[" + b",".join(pieces) + b"]")
