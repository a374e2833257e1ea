"""A mapping made ready to run: expressions, faults and events, with the columns they read."""

from dataclasses import dataclass

import polars as pl

from domain.envelope import Event
from pipelines.ingest.mapping_file import FormatPart

LINE = "\0line"
RECORD = "\0record"
HIDDEN = "\0"
STREAM = "\0stream"
"""Columns beginning with NUL are ours; no file with such a name gets past the reader."""


def raw_text(column: str) -> str:
    """The hidden column that keeps the text of a column that became a number or a day."""
    return f"{HIDDEN}raw:{column}"


def own_text(column: str) -> str:
    """The hidden column that keeps a personal id itself, for fields that encrypt it."""
    return f"{HIDDEN}own:{column}"


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """An expression, what it gives, and which columns of the file it goes back to."""

    expr: pl.Expr
    dtype: pl.DataType
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RowFault:
    """A reason to reject a row: where `when` holds; listed with the values of `columns` and `says`."""

    reason: str
    when: pl.Expr
    columns: tuple[str, ...]
    says: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A column that names a stream, whole (`call-bank:1`) or short (`bank:1`), from parts of text."""

    column: str
    prefix: str
    parts: tuple[pl.Expr, ...]


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One event that a row may tell: where `when` holds, its fields in stored dtypes, and its faults.

    `pseudonymous` are the fields, and STREAM if it is one, that hold the pseudonym of a personal id.
    """

    event_class: type[Event]
    stream: str
    when: pl.Expr
    occurred_at: pl.Expr
    occurred_columns: tuple[str, ...]
    fields: dict[str, pl.Expr]
    faults: tuple[RowFault, ...]
    pseudonymous: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything ingest does with a row, in the order it does it."""

    name: str
    source: str
    zone: str
    layout: FormatPart
    columns: tuple[str, ...]
    column_lines: dict[str, int]
    personal_ids: dict[str, str]
    personal: frozenset[str]
    steps: tuple[dict[str, pl.Expr], ...]
    identities: tuple[Identity, ...]
    faults: tuple[RowFault, ...]
    key: tuple[pl.Expr, ...]
    key_columns: tuple[str, ...]
    has_ordinal: bool
    declares_history: bool
    recorded_at: pl.Expr | None
    tellings: tuple[Telling, ...]
    corrects: bool
    messages: tuple[str, ...]
    unkept_reasons: frozenset[str]

    @property
    def key_parts(self) -> dict[str, pl.Expr]:
        """The hidden columns that hold the parts of the key."""
        return {f"{HIDDEN}key:{place}": part for place, part in enumerate(self.key)}

    @property
    def content_columns(self) -> tuple[str, ...]:
        return tuple(sorted(name for name in self.columns if name not in self.personal))
