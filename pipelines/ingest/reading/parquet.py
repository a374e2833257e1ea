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
ROWS_AT_ONCE: Final = 4096
MARK: Final = b"PAR1"


@dataclass(frozen=True, kw_only=True)
class ParquetFile:
    """A Parquet file whose schema was read; `row_bytes` is about what a row of the columns takes."""

    path: Path
    size: int
    rows: int
    row_bytes: int
    columns: tuple[str, ...]

    @property
    def faults(self) -> Sequence[RowFault]:
        says = "holds bytes that are no text, a zero character, or a time beyond the years 0 to 9999"
        return (RowFault(reason="unreadable", when=pl.col(UNTOLD), columns=(), says=says),)

    def pieces(self, wanted: Callable[[], int]) -> Iterator[Piece]:
        """The rows; what Arrow holds at a time is a page of each column and `wanted()` bytes of rows."""
        done, held = 0, []
        with _readable(self.path), _opened(self.path) as file:
            batches = file.iter_batches(
                batch_size=ROWS_AT_ONCE, columns=list(self.columns), use_threads=False
            )
            for batch in batches:
                held.append(self._rows(batch, first=done + 1))
                done += batch.num_rows
                if sum(rows.height for rows in held) * self.row_bytes >= wanted():
                    yield self._piece(held, done=done)
                    held = []
        if held:
            yield self._piece(held, done=done)

    def _piece(self, held: list[pl.DataFrame], *, done: int) -> Piece:
        rows = pl.concat(held)
        ends = self.size * done // max(self.rows, 1)
        return Piece(rows=rows, weight=rows.height * self.row_bytes, ends=ends)

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
            schema, metadata = file.schema_arrow, file.metadata
            typed = list(_typed(schema))
            check_names(path, [name for name, _ in typed], plan)
            _check_types(path, dict(typed), plan)
            return ParquetFile(
                path=path,
                size=path.stat().st_size,
                rows=metadata.num_rows,
                row_bytes=_row_bytes(metadata, plan.columns),
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
        if file.read(len(MARK)) != MARK:
            problem = "is not Parquet (it does not begin with PAR1); set format.type to what it is."
            raise FileFault(path=path, problem=problem)


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


def _row_bytes(metadata: pq.FileMetaData, columns: Sequence[str]) -> int:
    """About how many bytes a row of the columns has."""
    if metadata.num_rows <= 0:
        return 1
    total = 0
    for group in map(metadata.row_group, range(metadata.num_row_groups)):
        for chunk in map(group.column, range(group.num_columns)):
            if any(f"{chunk.path_in_schema}.".startswith(f"{name}.") for name in columns):
                total += max(chunk.total_uncompressed_size, 0)
    return max(total // int(metadata.num_rows), 1)


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
