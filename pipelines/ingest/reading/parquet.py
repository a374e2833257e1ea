"""Parquet files as records: typed columns as text, some thousand rows at a time."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.ingest.faults import FileFault
from pipelines.ingest.plan import HIDDEN, LINE, Plan, RowFault
from pipelines.ingest.reading.arrow_text import as_text, has_text
from pipelines.ingest.reading.missing_columns import SHOWN_CHARACTERS, check_names, printable
from pipelines.ingest.reading.records import Piece

UNTOLD = f"{HIDDEN}untold"
ROWS_AT_ONCE: Final = 128
"""Few, for a dictionary may hold one long text that all rows repeat."""

MOST_AT_ONCE: Final = 512 << 20
MARK: Final = b"PAR1"


@dataclass(frozen=True, kw_only=True)
class ParquetFile:
    """A Parquet file whose schema was read."""

    path: Path
    size: int
    rows: int
    columns: tuple[str, ...]

    @property
    def faults(self) -> Sequence[RowFault]:
        says = "holds bytes that are no text, a zero character, or a time beyond the years 0 to 9999"
        return (RowFault(reason="unreadable", when=pl.col(UNTOLD), columns=(), says=says),)

    def pieces(self, wanted: Callable[[], int]) -> Iterator[Piece]:
        """The rows; what Arrow holds at a time is a page of each column and `wanted()` bytes of rows."""
        held: list[pa.RecordBatch] = []
        done = weight = 0
        with _readable(self.path), _opened(self.path) as file:
            for batch in file.iter_batches(ROWS_AT_ONCE, columns=list(self.columns), use_threads=False):
                held.append(batch)
                done += batch.num_rows
                weight += self._size(batch, last=done)
                if weight >= wanted():
                    yield self._piece(held, done=done, weight=weight)
                    held, weight = [], 0
            if held:
                yield self._piece(held, done=done, weight=weight)

    def _size(self, batch: pa.RecordBatch, *, last: int) -> int:
        size = sum(map(_size_of, batch.columns))
        if size > MOST_AT_ONCE:
            problem = (
                f"takes more than {MOST_AT_ONCE >> 20} MiB for the rows {last - batch.num_rows + 1:,} to "
                f"{last:,}; cut its long cells."
            )
            raise FileFault(path=self.path, problem=problem)
        return size

    def _piece(self, held: Sequence[pa.RecordBatch], *, done: int, weight: int) -> Piece:
        batch = pa.concat_batches(held)
        rows = self._rows(batch, first=done - batch.num_rows + 1)
        return Piece(rows=rows, weight=max(weight, 1), ends=self.size * done // max(self.rows, 1))

    def _rows(self, batch: pa.RecordBatch, *, first: int) -> pl.DataFrame:
        cells, untold = {}, pl.repeat(value=False, n=batch.num_rows, eager=True)
        for name in self.columns:
            cells[name], is_untold = as_text(_column(batch, name))
            untold = untold | is_untold
        lines = pl.int_range(first, first + batch.num_rows, dtype=pl.Int64, eager=True)
        return pl.DataFrame({LINE: lines, **cells, UNTOLD: untold})


def open_parquet(path: Path, plan: Plan) -> ParquetFile:
    """Read the schema; FileFault if the file is damaged, or not the table that the mapping describes."""
    with _readable(path):
        _check_mark(path)
        with _opened(path) as file:
            typed = list(_typed(file.schema_arrow))
            check_names(path, [name for name, _ in typed], plan)
            _check_types(path, dict(typed), plan)
            return ParquetFile(
                path=path,
                size=path.stat().st_size,
                rows=file.metadata.num_rows,
                columns=plan.columns,
            )


def _opened(path: Path) -> Any:
    return pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False, coerce_int96_timestamp_unit="us")


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, EOFError, ValueError) as error:
        if isinstance(error, OSError) and error.strerror and error.errno is not None and error.filename:
            raise FileFault(path=path, problem=f"cannot be read: {error.strerror}.") from error
        problem = f"is damaged ({_first_line(error)}); copy or export it again."
        raise FileFault(path=path, problem=problem) from error


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or ["it cannot be decoded"]
    return printable(lines[0])[:SHOWN_CHARACTERS].rstrip(".")


def _check_mark(path: Path) -> None:
    if not path.is_file():
        problem = "is a folder; name a file" if path.is_dir() else "is not there; check the name"
        raise FileFault(path=path, problem=f"{problem}.")
    with path.open("rb") as file:
        head = file.read(len(MARK))
    if head != MARK:
        raise FileFault(path=path, problem="is not Parquet; set format.type to what it is.")


def _check_types(path: Path, types: dict[str, pa.DataType], plan: Plan) -> None:
    for name in plan.columns:
        if not has_text(types[name]):
            problem = (
                f"has the column {name!r} of the type {types[name]}, which cannot be told as text; "
                "write it as a number, a text or a time."
            )
            raise FileFault(path=path, problem=problem)


def _typed(schema: pa.Schema) -> Iterator[tuple[str, pa.DataType]]:
    for field in schema:
        yield from _types_within(field, prefix="")


def _types_within(field: pa.Field, *, prefix: str) -> Iterator[tuple[str, pa.DataType]]:
    """A column by its name, and those within it, joined by dots."""
    name = prefix + field.name
    yield name, field.type
    if pa.types.is_struct(field.type):
        for place in range(field.type.num_fields):
            yield from _types_within(field.type.field(place), prefix=f"{name}.")


def _size_of(column: pa.Array) -> int:
    """Bytes of the cells, a text of a dictionary as often as it is said."""
    if pa.types.is_struct(column.type):
        return sum(map(_size_of, column.flatten()))
    if not pa.types.is_dictionary(column.type) or pa.types.is_primitive(column.type.value_type):
        return int(column.nbytes)
    lengths = pc.take(pc.binary_length(column.dictionary), column.indices)
    return int(column.indices.nbytes) + int(pc.sum(lengths).as_py() or 0)


def _column(batch: pa.RecordBatch, name: str) -> pa.Array:
    for place, field in enumerate(batch.schema):
        if field.name == name:
            return batch.column(place)
        if name.startswith(f"{field.name}."):
            return _inner(batch.column(place), name.removeprefix(f"{field.name}."))
    raise KeyError(name)


def _inner(column: pa.Array, name: str) -> pa.Array:
    """A column within a struct; null where the struct is."""
    for place in range(column.type.num_fields):
        field = column.type.field(place).name
        if field == name:
            return pc.struct_field(column, [place])
        if name.startswith(f"{field}."):
            return _inner(pc.struct_field(column, [place]), name.removeprefix(f"{field}."))
    raise KeyError(name)
