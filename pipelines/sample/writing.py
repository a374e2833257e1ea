"""Files written chunk by chunk: what is in memory is one chunk, however large the file."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from xlsxwriter import Workbook

from pipelines.sample.files import Compression, Csv, Excel, NdJson, Parquet, SampleFile

TIMES = "%Y-%m-%d %H:%M:%S"
MADE_AT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""What a workbook says of its making, so that the same rows are the same bytes."""
MOST_ROWS = 1_048_575
"""A sheet has 2^20 rows, one of them the header."""

Watch = Callable[[int], None]


class SheetFull(Exception):
    """A workbook's sheet cannot hold the rows that the scale asks for."""

    def __init__(self, *, name: str, rows: int) -> None:
        super().__init__(
            f"{name} would have {rows:,} rows or more, and a sheet holds {MOST_ROWS:,}; "
            "take a smaller --scale."
        )


def write_file(file: SampleFile, folder: Path, *, on_rows: Watch) -> Path:
    """Write a sample's file into a folder; `on_rows` is told of every chunk's rows."""
    path = folder / file.name
    frames = _watched(file.frames(), on_rows)
    match file.form:
        case Excel():
            _write_excel(path, frames, sheet=file.form.sheet)
        case Parquet():
            _write_parquet(path, frames)
        case Csv():
            _write_text(path, _csv(frames, file.form), compression=file.form.compression)
        case NdJson():
            texts = (nested(frame).write_ndjson().encode() for frame in frames)
            _write_text(path, texts, compression=file.form.compression)
    return path


def nested(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns `a.b` and `a.c` as one of objects `a`, where the first of them stands."""
    members: dict[str, list[pl.Expr]] = {}
    for name in frame.columns:
        head, dot, member = name.partition(".")
        members.setdefault(head, []).append(pl.col(name).alias(member) if dot else pl.col(name))
    return frame.select(
        parts[0] if name in frame.columns else pl.struct(parts).alias(name) for name, parts in members.items()
    )


def _watched(frames: Iterator[pl.DataFrame], on_rows: Watch) -> Iterator[pl.DataFrame]:
    for frame in frames:
        yield frame
        on_rows(frame.height)


def _csv(frames: Iterator[pl.DataFrame], form: Csv) -> Iterator[bytes]:
    for number, frame in enumerate(frames):
        text = frame.write_csv(include_header=number == 0, separator=form.separator, datetime_format=TIMES)
        yield text.encode(form.encoding)


def _write_text(path: Path, texts: Iterator[bytes], *, compression: Compression | None) -> None:
    with ExitStack() as stack:
        file: IO[bytes] = stack.enter_context(path.open("wb"))
        if compression == "gzip":
            file = cast("IO[bytes]", stack.enter_context(gzip.GzipFile("", "wb", 6, file, mtime=0)))
        elif compression == "zstd":
            file = cast("IO[bytes]", stack.enter_context(zstandard.ZstdCompressor().stream_writer(file)))
        for text in texts:
            file.write(text)


def _write_excel(path: Path, frames: Iterator[pl.DataFrame], *, sheet: str) -> None:
    rows = 0
    with Workbook(path) as book:
        book.set_properties({"created": MADE_AT})
        page = book.add_worksheet(sheet)
        for frame in frames:
            if rows + frame.height > MOST_ROWS:
                raise SheetFull(name=path.name, rows=rows + frame.height)
            if frame.is_empty():
                page.write_row(0, 0, frame.columns)
                continue
            frame.write_excel(
                book,
                page,
                position=(rows + (rows > 0), 0),
                include_header=rows == 0,
                autofilter=False,
                dtype_formats={pl.Datetime: "yyyy-mm-dd hh:mm:ss", pl.Date: "yyyy-mm-dd"},
            )
            rows += frame.height


def _write_parquet(path: Path, frames: Iterator[pl.DataFrame]) -> None:
    with ExitStack() as stack:
        writer: pq.ParquetWriter | None = None
        for frame in frames:
            table: pa.Table = frame.to_arrow()
            writer = writer or stack.enter_context(pq.ParquetWriter(path, table.schema))
            writer.write_table(table)
