"""Rows printed as an aligned table or as CSV."""

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.console import Console


def print_table(rows: Sequence[Mapping[str, Any]], console: Console, *, columns: Sequence[str]) -> None:
    """A header and one line per row, numbers to the right; wide characters count twice."""
    cells = [[shown(row.get(name)) for name in columns] for row in rows]
    widths = [max(map(width, column)) for column in zip(columns, *cells, strict=True)]
    is_number = [all(isinstance(row.get(name), int | float | None) for row in rows) for name in columns]
    for line in (list(columns), *cells):
        padded = [
            _padded(cell, to=to, is_right=right)
            for cell, to, right in zip(line, widths, is_number, strict=True)
        ]
        console.say("  ".join(padded).rstrip())


def print_csv(rows: Sequence[Mapping[str, Any]], console: Console, *, columns: Sequence[str]) -> None:
    """A header and one line per row, all digits kept; nothing for null."""
    writer = csv.DictWriter(console.stdout, fieldnames=columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows([{name: _plain(row.get(name)) for name in columns} for row in rows])


def shown(value: Any) -> str:
    """A cell for people: nothing for null, four decimal places."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.4f}"
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, *, to: int, is_right: bool) -> str:
    blanks = " " * (to - width(text))
    return blanks + text if is_right else text + blanks
