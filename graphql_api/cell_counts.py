"""How many values an answer may hold: a number, or a sum that waits for the variables of a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

MOST_COUNTED = 10**12
"""Counting stops here: a bomb is refused without arithmetic on numbers of any length."""


@dataclass(frozen=True, slots=True)
class RowsOfVariable:
    """A list as long as a variable says, or as long as it is where the variable says nothing."""

    name: str
    unsaid: int


Rows: TypeAlias = int | RowsOfVariable


@dataclass(frozen=True, slots=True, eq=False)
class WaitingCells:
    """`known` values, and for each part so many times its own: parts are shared where fragments are."""

    known: int
    parts: tuple[tuple[Rows, "Cells"], ...]


Cells: TypeAlias = int | WaitingCells


def saturated(count: int) -> int:
    return min(count, MOST_COUNTED)


def added(counts: list[Cells]) -> Cells:
    """All of them together; parts that wait for variables are kept, not copied."""
    known = saturated(sum(count for count in counts if isinstance(count, int)))
    waiting: list[tuple[Rows, Cells]] = [(1, count) for count in counts if isinstance(count, WaitingCells)]
    return WaitingCells(known, tuple(waiting)) if waiting else known


def times(rows: Rows, cells: Cells) -> Cells:
    """The cells of so many rows."""
    if isinstance(rows, int) and isinstance(cells, int):
        return saturated(rows * cells)
    return WaitingCells(0, ((rows, cells),))


def counted(cells: Cells, variables: Mapping[str, Any]) -> int:
    """With the variables given, in one pass that counts each shared part once."""
    return _counted(cells, variables, {})


def _counted(cells: Cells, variables: Mapping[str, Any], known: dict[int, int]) -> int:
    if isinstance(cells, int):
        return cells
    if (already := known.get(id(cells))) is not None:
        return already
    total = cells.known + sum(
        _rows(rows, variables) * _counted(part, variables, known) for rows, part in cells.parts
    )
    known[id(cells)] = saturated(total)
    return known[id(cells)]


def _rows(rows: Rows, variables: Mapping[str, Any]) -> int:
    if isinstance(rows, int):
        return rows
    asked = variables.get(rows.name)
    return rows_asked(rows.unsaid if asked is None else asked)


def rows_asked(asked: Any) -> int:
    """At least one; what is no whole number is refused later, and counts for one until then."""
    is_whole = isinstance(asked, int) or (isinstance(asked, float) and asked.is_integer())
    return max(1, min(int(asked), MOST_COUNTED)) if is_whole else 1
