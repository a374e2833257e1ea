"""JSON records, one a line, decoded into rows of text: in bulk, and one by one where a line needs care."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from pipelines.ingest.plan import HIDDEN, LINE, RowFault
from pipelines.ingest.reading.json_cells import PROBLEMS, Unusable, read_record
from pipelines.ingest.reading.json_keys import have_a_key_twice, key_pattern

PROBLEM = f"{HIDDEN}problem"
FEW_LINES = 64

# A float keeps any fifteen digits; more of them, a far exponent and a negative zero are read with care.
DIGITS = "|".join(rf"\d{{{before}}}\.\d{{{16 - before},}}" for before in range(1, 16))
NUMBER = rf"[:,\[]\s*-?(?:{DIGITS}|\d{{16,}}\.|[\d.]+[eE][+-]?\d{{3}})|-0\.?0*(?:[\s,}}\]]|[eE])"
# Half a character, or none: Polars reads both as a zero.
ESCAPE = r"\\u(?:0000|[dD][89a-fA-F])"
# A key that is not written as it reads.
ESCAPED_KEY = r'"[^"\\]*\\[^"]*"\s*:'


def record_faults() -> tuple[RowFault, ...]:
    """Why a record may be unreadable."""
    return tuple(
        RowFault(reason="unreadable", when=pl.col(PROBLEM) == place, columns=(), says=says)
        for place, says in enumerate(PROBLEMS)
    )


@dataclass(frozen=True)
class Columns:
    """The columns that a mapping reads of records, and where in them they are."""

    names: tuple[str, ...]

    @cached_property
    def schema(self) -> pl.Schema | None:
        """What Polars is told to read; None where a column is both a text and an object with columns."""
        tree: dict[str, Any] = {}
        for name in self.names:
            steps = name.split(".")
            for path in [steps] if len(steps) == 1 else [[name], steps]:
                inner = tree
                for step in path[:-1]:
                    inner = inner.setdefault(step, {})
                    if inner is None:
                        return None
                if inner.setdefault(path[-1], None) is not None:
                    return None
        return pl.Schema({name: _dtype(inner) for name, inner in tree.items()})

    @cached_property
    def cells(self) -> list[pl.Expr]:
        """Each column out of what Polars read."""
        return [_cell(name) for name in self.names]

    @property
    def are_escaped(self) -> bool:
        """Whether a name cannot be written in JSON as it reads."""
        return any(character in '"\\' or character < " " for name in self.names for character in name)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every key on the way to a column: in a record it stands once, or again within another object."""
        steps = [step for name in self.names for step in (name, *name.split("."))]
        return tuple(dict.fromkeys(steps))


def _dtype(inner: dict[str, Any] | None) -> pl.DataType:
    if inner is None:
        return pl.String()
    return pl.Struct({name: _dtype(one) for name, one in inner.items()})


def _cell(name: str) -> pl.Expr:
    first, *steps = name.split(".")
    cell = pl.col(first)
    for step in steps:
        cell = cell.struct.field(step)
    return (pl.coalesce(pl.col(name), cell) if steps else cell).alias(name)


def decode_lines(content: bytes, columns: Columns, *, first_line: int) -> pl.DataFrame:
    """LINE, the columns as text, and PROBLEM of every line that is not blank."""
    text = content.decode("utf-8", errors="replace")
    lines = pl.Series([text]).str.split("\n").explode()
    rows = pl.DataFrame({"text": lines}).with_row_index("place")
    rows = rows.filter(pl.col("text").str.contains(r"[^ \t\r]"))
    doubtful = rows["text"].is_null() if rows.is_empty() else _doubtful(rows["text"], columns, text=text)
    done, left = _in_bulk(rows.filter(~doubtful), columns)
    careful = pl.concat([rows.filter(doubtful)["place"], *left]).sort()
    raw = content.split(b"\n") if careful.len() else []
    one_by_one = _with_care([(place, raw[place]) for place in careful.to_list()], columns)
    decoded = pl.concat([*done, one_by_one]) if careful.len() or not done else done[0]
    return decoded.sort("place").select(
        (pl.col("place").cast(pl.Int64) + first_line).alias(LINE), *columns.names, PROBLEM
    )


def _doubtful(lines: pl.Series, columns: Columns, *, text: str) -> pl.Series:
    """Lines that Polars may read as something else than they say."""
    if columns.schema is None:
        return pl.repeat(value=True, n=lines.len(), eager=True)
    is_escaped = columns.are_escaped or ("\\" in text and bool(lines.str.contains(ESCAPED_KEY).any()))
    checks = [~pl.col("text").str.contains(r"^[ \t\r]*\{"), pl.col("text").str.contains(NUMBER)]
    if "\ufffd" in text:
        checks.append(pl.col("text").str.contains("\ufffd", literal=True))
    if "\\u" in text:
        checks.append(pl.col("text").str.contains(ESCAPE))
    patterns = [key_pattern(key, is_escaped=is_escaped) for key in columns.keys]
    repeats = pl.any_horizontal(pl.col("text").str.count_matches(pattern) > 1 for pattern in patterns)
    found = lines.to_frame("text").select("text", doubtful=pl.any_horizontal(checks), repeats=repeats)
    suspects = found.with_row_index("place").filter("repeats", ~pl.col("doubtful"))
    if suspects.is_empty():
        return found["doubtful"]
    twice = suspects["place"].filter(have_a_key_twice(suspects["text"], patterns))
    return found["doubtful"] | pl.int_range(lines.len(), eager=True).is_in(twice.cast(pl.Int64).implode())


def _in_bulk(rows: pl.DataFrame, columns: Columns) -> tuple[list[pl.DataFrame], list[pl.Series]]:
    """What Polars reads of the lines, and the places of those to be read with care.

    A line that it cannot read spoils all that are read with it, so they are halved until few are left.
    """
    if rows.is_empty():
        return [], []
    try:
        read = pl.read_ndjson(_joined(rows["text"]), schema=columns.schema)
    except (PolarsError, OSError):
        read = None
    if read is None or read.height != rows.height:
        if rows.height <= FEW_LINES:
            return [], [rows["place"]]
        half = rows.height // 2
        parts = [_in_bulk(part, columns) for part in (rows[:half], rows[half:])]
        return [one for done, _ in parts for one in done], [one for _, left in parts for one in left]
    cells = read.select(*columns.cells)
    # Lists and objects are written by us, and always alike.
    opens = cells.select(
        pl.any_horizontal(
            pl.col(name).str.contains(r"^[\[{]").fill_null(value=False) for name in columns.names
        )
    ).to_series()
    done = pl.concat([rows.select("place"), cells], how="horizontal")
    done = done.with_columns(pl.lit(None, dtype=pl.UInt8).alias(PROBLEM))
    return [done.filter(~opens)], [rows["place"].filter(opens)]


def _joined(lines: pl.Series) -> bytes:
    return str(lines.str.join("\n")[0]).encode()


def _with_care(lines: Iterable[tuple[int, bytes]], columns: Columns) -> pl.DataFrame:
    nothing: Sequence[str | None] = [None] * len(columns.names)
    rows: list[tuple[Any, ...]] = []
    for place, line in lines:
        try:
            rows.append((place, *read_record(line, columns.names), None))
        except Unusable as unusable:
            rows.append((place, *nothing, unusable.problem))
    schema = {"place": pl.UInt32, **dict.fromkeys(columns.names, pl.String), PROBLEM: pl.UInt8}
    return pl.DataFrame(rows, schema=schema, orient="row")
