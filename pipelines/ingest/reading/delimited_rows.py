"""The rows of a table in pieces that fit in memory, never cutting a record, each with its line number."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.ingest.faults import FileFault
from pipelines.ingest.plan import HIDDEN, LINE, RowFault
from pipelines.ingest.reading.delimited_header import Table

FIELDS = f"{HIDDEN}fields"
UNREADABLE = f"{HIDDEN}unreadable"
LONGEST_RECORD = 16 << 20
REPLACEMENT = "\ufffd"


@dataclass(frozen=True, kw_only=True)
class Slice:
    """Whole records of a file: their bytes, the line the first begins on, and where in the file they end."""

    content: bytes
    first_line: int
    ends: int


def slices(table: Table, size: Callable[[], int]) -> Iterator[Slice]:
    """Cut the file at ends of records into pieces of about `size()` bytes, asked anew for each."""
    line, ends = table.first_line, table.begins
    with table.path.open("rb") as file:
        file.seek(table.begins)
        held = b""
        while read := file.read(size()):
            held += read
            cut = _last_record_end(held, table.layout.quote)
            if cut == 0 and len(held) > LONGEST_RECORD:
                raise FileFault(path=table.path, problem=_endless(line))
            if cut:
                ends += cut
                yield Slice(content=held[:cut], first_line=line, ends=ends)
                line += held.count(b"\n", 0, cut)
                held = held[cut:]
        if held:
            yield Slice(content=held, first_line=line, ends=ends + len(held))


def _endless(line: int) -> str:
    return (
        f"the record that begins in line {line} is longer than {LONGEST_RECORD >> 20} MiB; "
        "close its quote, or set format.quote to null if quotes mean nothing in this file."
    )


def _last_record_end(held: bytes, quote: str | None) -> int:
    """The end of the last whole record: a line break with an even number of quotes before it; 0 if none."""
    cut = held.rfind(b"\n") + 1
    if quote is None or cut == 0:
        return cut
    mark = quote.encode()
    quotes = held.count(mark, 0, cut)
    while quotes % 2 and cut:
        before = held.rfind(b"\n", 0, cut - 1) + 1
        quotes -= held.count(mark, before, cut)
        cut = before
    return cut


def read_rows(piece: Slice, table: Table) -> pl.DataFrame:
    """The columns that are read, as text, with LINE and FIELDS of every record; blank lines are none."""
    quote = table.layout.quote
    if quote is not None and quote.encode() in piece.content:
        return _quoted(piece, table)
    return _plain(piece, table)


def layout_faults(table: Table) -> tuple[RowFault, ...]:
    """Rows that do not have the form the header promises."""
    width = len(table.header)
    return (
        RowFault(
            reason="unreadable",
            when=pl.col(UNREADABLE),
            columns=(),
            says="holds bytes that are not UTF-8 text",
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


def _plain(piece: Slice, table: Table) -> pl.DataFrame:
    """No quote in sight: lines are records, and Polars splits them."""
    separator = table.layout.character
    content, is_damaged = _readable(piece.content)
    lines = _csv(content, "\0", names=["line"], indices=[0]).to_series()
    facts = pl.DataFrame({"line": lines}).select(
        LINE=pl.int_range(piece.first_line, piece.first_line + pl.len(), dtype=pl.Int64),
        FIELDS=_field_count(lines, table),
        UNREADABLE=_is_damaged(pl.col("line")) if is_damaged else pl.lit(value=False),
        is_record=pl.col("line").str.strip_chars() != "",
    )
    cells = _csv(
        content,
        separator,
        names=[str(index) for index in range(len(table.header))],
        indices=list(table.columns.values()),
    )
    cells = cells.select(pl.col(str(index)).alias(name) for name, index in table.columns.items())
    return pl.concat([_hidden(facts), cells], how="horizontal").filter(pl.col("is_record")).drop("is_record")


def _csv(content: bytes, separator: str, *, names: list[str], indices: list[int]) -> pl.DataFrame:
    return pl.read_csv(
        content,
        has_header=False,
        separator=separator,
        quote_char=None,
        schema=dict.fromkeys(names, pl.String),
        columns=sorted(set(indices)),
        extra_columns="ignore",
        missing_columns="insert",
        empty_string_is_null=False,
    )


def _field_count(lines: pl.Series, table: Table) -> pl.Series:
    """Fields of each line; empty ones beyond the header's width are not counted."""
    separator, width = table.layout.character, len(table.header)
    counts = lines.str.count_matches(separator, literal=True) + 1
    if not (counts > width).any():
        return counts
    short = lines.str.strip_chars_end(f"{separator}\r ").str.count_matches(separator, literal=True) + 1
    return short.clip(lower_bound=width).zip_with(counts > width, counts)


def _readable(content: bytes) -> tuple[bytes, bool]:
    """The bytes as UTF-8 text without zero bytes, damage replaced by U+FFFD, and whether there was any."""
    try:
        text, is_damaged = content.decode("utf-8"), b"\0" in content
    except UnicodeDecodeError:
        text, is_damaged = content.decode("utf-8", errors="replace"), True
    return (text.replace("\0", REPLACEMENT).encode(), True) if is_damaged else (content, False)


def _is_damaged(text: pl.Expr) -> pl.Expr:
    return text.str.contains(REPLACEMENT, literal=True)


def _hidden(facts: pl.DataFrame) -> pl.DataFrame:
    return facts.rename({"LINE": LINE, "FIELDS": FIELDS, "UNREADABLE": UNREADABLE})


def _quoted(piece: Slice, table: Table) -> pl.DataFrame:
    """Quotes: the csv module splits, which takes stray quotes as they are and knows each record's line."""
    csv.field_size_limit(LONGEST_RECORD)
    content, is_damaged = _readable(piece.content)
    reader = csv.reader(
        io.StringIO(content.decode(), newline=""),
        delimiter=table.layout.character,
        quotechar=table.layout.quote,
    )
    lines, records, begins = [], [], piece.first_line
    try:
        for record in reader:
            if len(record) > 1 or (record and record[0].strip()):
                records.append(record)
                lines.append(begins)
            begins = piece.first_line + reader.line_num
    except csv.Error as error:
        raise FileFault(path=table.path, problem=f"cannot be split in line {begins}: {error}.") from error
    return _framed(records, lines=lines, table=table, is_damaged=is_damaged)


def _framed(records: list[list[str]], *, lines: list[int], table: Table, is_damaged: bool) -> pl.DataFrame:
    width = len(table.header)
    counts = [
        len(record) if len(record) <= width else _without_empty_tail(record, width) for record in records
    ]
    if any(len(record) != width for record in records):
        records = [[*record[:width], *[""] * (width - len(record))] for record in records]
    columns: Sequence[Sequence[str]] = list(zip(*records, strict=True)) or [()] * width
    frame = pl.DataFrame(
        {
            LINE: pl.Series(lines, dtype=pl.Int64),
            FIELDS: pl.Series(counts, dtype=pl.UInt32),
            **{name: pl.Series(columns[index], dtype=pl.String) for name, index in table.columns.items()},
        }
    )
    damaged = pl.any_horizontal([_is_damaged(pl.col(name)) for name in table.columns])
    return frame.with_columns((damaged if is_damaged else pl.lit(value=False)).alias(UNREADABLE))


def _without_empty_tail(record: list[str], width: int) -> int:
    """How many fields a long record has, empty ones beyond the header's width not counted."""
    return max((place + 1 for place, cell in enumerate(record) if cell.strip()), default=width)
