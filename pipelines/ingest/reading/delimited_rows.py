"""The rows of a slice of a delimited text: cells as text, each with its line and what is wrong with it."""

import csv
from collections.abc import Sequence

import polars as pl

from pipelines.ingest.faults import FileFault
from pipelines.ingest.plan import HIDDEN, LINE, RowFault
from pipelines.ingest.reading.decoding import DAMAGE, UTF8
from pipelines.ingest.reading.delimited_header import Table
from pipelines.ingest.reading.delimited_mistakes import shown_encoding
from pipelines.ingest.reading.delimited_shape import Shape
from pipelines.ingest.reading.delimited_slices import Slice
from pipelines.ingest.reading.delimited_split import fields_counted, is_filled, split_records

FIELDS = f"{HIDDEN}fields"
UNREADABLE = f"{HIDDEN}unreadable"
OPEN = f"{HIDDEN}open"
REPLACEMENT = "\ufffd"


def layout_faults(table: Table) -> tuple[RowFault, ...]:
    """Rows that do not have the form the header promises."""
    width = len(table.header)
    return (
        RowFault(reason="unreadable", when=pl.col(UNREADABLE), columns=(), says=_says_unreadable(table)),
        RowFault(
            reason="unreadable",
            when=pl.col(OPEN),
            columns=(),
            says="opens a quote that is never closed, so that all that follows is in it; close it",
        ),
        RowFault(
            reason="too_many_fields",
            when=pl.col(FIELDS) > width,
            columns=(),
            says=f"has more fields than the header's {width}; a separator inside a field needs quotes",
        ),
        RowFault(
            reason="too_few_fields",
            when=pl.col(FIELDS) < table.needed,
            columns=(),
            says=f"ends before the column {table.header[table.needed - 1]!r}",
        ),
    )


def _says_unreadable(table: Table) -> str:
    says = f"holds bytes that are not {shown_encoding(table.encoding)} text"
    return f"{says}; the file looks like {table.likely} (format.encoding)" if table.likely else says


def read_rows(piece: Slice, table: Table) -> pl.DataFrame:
    """The columns that are read, as text, with LINE, FIELDS and what is wrong; blank lines are no rows."""
    rows = None if piece.shape is None else _shaped(piece, piece.shape, table)
    if rows is None:
        rows = _split(piece, table)
    if DAMAGE.encode() in piece.content:
        rows = rows.with_columns(
            pl.col(name).str.replace_all(DAMAGE, REPLACEMENT, literal=True) for name in table.columns
        )
    return rows


def _shaped(piece: Slice, shape: Shape, table: Table) -> pl.DataFrame | None:
    """Every quote opens or closes a field: Polars splits, and the shape says the rest."""
    layout = piece.layout
    names = [str(index) for index in range(len(table.header))]
    cells = pl.read_csv(
        piece.content,
        has_header=False,
        separator=layout.character,
        quote_char=layout.quote,
        schema=dict.fromkeys(names, pl.String),
        columns=sorted(set(table.columns.values())),
        extra_columns="ignore",
        missing_columns="insert",
        empty_string_is_null=False,
    )
    if cells.height != shape.lines.size:
        return None
    facts = pl.DataFrame(
        {
            LINE: shape.lines + piece.first_line,
            FIELDS: shape.fields,
            UNREADABLE: shape.is_damaged,
            OPEN: pl.repeat(value=False, n=cells.height, eager=True),
        }
    )
    cells = cells.select(pl.col(str(index)).alias(name) for name, index in table.columns.items())
    rows = pl.concat([facts, cells], how="horizontal")
    return rows.filter(~pl.Series(shape.is_blank)) if shape.is_blank.any() else rows


def _split(piece: Slice, table: Table) -> pl.DataFrame:
    """A quote stands within a field: the csv module splits."""
    lines: list[int] = []
    records: list[list[str]] = []
    begins = piece.first_line
    try:
        for record, ends in split_records(piece.content.decode(UTF8), piece.layout):
            if len(record) > 1 or (record and is_filled(record[0])):
                records.append(record)
                lines.append(begins)
            begins = piece.first_line + ends
    except csv.Error as error:
        raise FileFault(path=table.path, problem=f"cannot be split in line {begins}: {error}.") from error
    return _framed(records, lines=lines, table=table, is_open=piece.is_open)


def _framed(records: list[list[str]], *, lines: list[int], table: Table, is_open: bool) -> pl.DataFrame:
    width = len(table.header)
    counts = [fields_counted(record, width) for record in records]
    damaged = [any(DAMAGE in cell for cell in record) for record in records]
    full = [[*record[:width], *[""] * (width - len(record))] for record in records]
    columns: Sequence[Sequence[str]] = list(zip(*full, strict=True)) or [()] * width
    return pl.DataFrame(
        {
            LINE: pl.Series(lines, dtype=pl.Int64),
            FIELDS: pl.Series(counts, dtype=pl.Int64),
            UNREADABLE: pl.Series(damaged, dtype=pl.Boolean),
            OPEN: pl.Series([False] * (len(records) - 1) + [is_open][: len(records)], dtype=pl.Boolean),
            **{name: pl.Series(columns[index], dtype=pl.String) for name, index in table.columns.items()},
        }
    )
