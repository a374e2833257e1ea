"""Rows as the bytes of an export: what PostgreSQL wrote is passed through, batches and frames are written."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, LiteralString

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import ipc

from graphql_api.export.binary_copy import HEADER_BYTES, TRAILER, arrow_schema, decoded
from graphql_api.export.formats import ARROW, CSV, PARQUET, Format
from graphql_api.export.snapshot import Piece

BOM = b"\xef\xbb\xbf"
CSV_FORM: LiteralString = "format csv"
# One line of JSON a row: neither of these characters is ever in it unescaped, so nothing is quoted.
JSON_FORM: LiteralString = r"format csv, quote e'\x01', delimiter e'\x02'"
BINARY_FORM: LiteralString = "format binary"

GROUP_ROWS, GROUP_BYTES = 64_000, 32_000_000
"""When the rows of a group are written: what a reader of the file takes at once."""
MICROSECONDS = "%Y-%m-%dT%H:%M:%S%.6f"

Kinds = Mapping[str, type]


def csv_lines(pieces: Iterable[Piece], names: Iterable[str], *, has_bom: bool) -> Iterator[bytes]:
    """Lines that end as RFC 4180 has it, the first with the columns' names."""
    head = csv_head(names, has_bom=has_bom)
    for piece in pieces:
        yield head + _with_long_ends(piece)
        head = b""
    # Not before there are rows: whether they may be read at all is known only then.
    yield head


def _with_long_ends(lines: Piece) -> bytes:
    """Each line's own end, and no end of a line that is told within a text."""
    whole = b"".join(lines)
    if whole.count(b"\n") == len(lines):
        return whole.replace(b"\n", b"\r\n")
    return b"\r\n".join([*(bytes(line[:-1]) for line in lines), b""])


def csv_head(names: Iterable[str], *, has_bom: bool) -> bytes:
    return (BOM if has_bom else b"") + (",".join(names) + "\r\n").encode()


def json_lines(pieces: Iterable[Piece]) -> Iterator[bytes]:
    for piece in pieces:
        yield b"".join(piece)


def batches(pieces: Iterator[Piece], kinds: Kinds) -> Iterator[pa.RecordBatch]:
    """What was copied in binary, typed, while the next piece is read."""
    is_first = True
    for piece in _one_ahead(pieces):
        if is_first:
            piece[0], is_first = piece[0][HEADER_BYTES:], False
        if piece[-1] == TRAILER:
            piece.pop()
        if piece:
            yield decoded(piece, kinds)


def _one_ahead(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The same pieces, each read in a thread while the one before it is worked on."""
    with ThreadPoolExecutor(1, "export-read") as reader:
        upcoming = reader.submit(next, pieces, None)
        while (piece := upcoming.result()) is not None:
            upcoming = reader.submit(next, pieces, None)
            yield piece


def written(rows: Iterable[pa.RecordBatch], kinds: Kinds, *, form: Format, has_bom: bool) -> Iterator[bytes]:
    """Typed rows in any form."""
    if form is ARROW:
        return _arrow_file(rows, kinds)
    if form is PARQUET:
        return _parquet_file(rows, kinds)
    frames = (pl.DataFrame(batch) for batch in rows)
    return _csv_of(frames, kinds, has_bom=has_bom) if form is CSV else map(_json_of, frames)


def batches_of(frame: pl.DataFrame, kinds: Kinds) -> Iterator[pa.RecordBatch]:
    """A frame as typed rows."""
    for part in frame.select(list(kinds)).iter_slices(GROUP_ROWS):
        yield from part.to_arrow().cast(arrow_schema(kinds)).combine_chunks().to_batches()


class Outgoing(io.RawIOBase):
    """A file whose bytes are taken out while it is written."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._length = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._pieces.append(bytes(data))
        self._length += len(data)
        return len(data)

    def tell(self) -> int:
        return self._length

    def taken(self) -> bytes:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _parquet_file(rows: Iterable[pa.RecordBatch], kinds: Kinds) -> Iterator[bytes]:
    file = Outgoing()
    # Numbers and times seldom repeat: a dictionary of them takes longer and is longer.
    texts = [name for name, kind in kinds.items() if kind is str]
    with pq.ParquetWriter(file, arrow_schema(kinds), use_dictionary=texts) as writer:
        for group in _groups(rows):
            writer.write_table(group)
            yield file.taken()
    yield file.taken()


def _arrow_file(rows: Iterable[pa.RecordBatch], kinds: Kinds) -> Iterator[bytes]:
    file = Outgoing()
    with ipc.new_stream(file, arrow_schema(kinds)) as writer:
        for group in _groups(rows):
            writer.write_table(group.combine_chunks())
            yield file.taken()
    yield file.taken()


def _groups(rows: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    for batch in rows:
        held.append(batch)
        is_full = sum(one.num_rows for one in held) >= GROUP_ROWS
        if is_full or sum(one.nbytes for one in held) >= GROUP_BYTES:
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)


def _csv_of(frames: Iterable[pl.DataFrame], kinds: Kinds, *, has_bom: bool) -> Iterator[bytes]:
    yield csv_head(kinds, has_bom=has_bom)
    for frame in frames:
        lines = _with_texts_of_time(frame).write_csv(include_header=False, line_terminator="\r\n")
        yield lines.encode()


def _json_of(frame: pl.DataFrame) -> bytes:
    """Decimals as numbers with all digits, though Polars writes them as texts.

    Within a text every quotation mark has a backslash before it, so a column's name is found nowhere else.
    """
    lines = io.BytesIO()
    _with_texts_of_time(frame).write_ndjson(lines)
    exact = [name for name, kind in frame.schema.items() if kind.is_decimal()]
    if not exact:
        return lines.getvalue()
    told = rf'("(?:{"|".join(map(re.escape, exact))})":)"(-?[0-9.]+)"'
    return re.sub(told.encode(), rb"\1\2", lines.getvalue())


def _with_texts_of_time(frame: pl.DataFrame) -> pl.DataFrame:
    """Times as PostgreSQL writes them for us: in UTC, with only as many decimals as they have."""
    times = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)]
    return frame.with_columns(
        pl.col(name).dt.to_string(MICROSECONDS).str.replace(r"\.?0+$", "") + "Z" for name in times
    )
