"""Workbooks as records: one sheet of an xlsx, xlsb, xls or ods file, its cells as text.

A sheet is read whole, by a program of its own (excel_sheet.py), which holds it in memory; here its rows come
piece by piece.
"""

import json
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Final

import polars as pl
import pyarrow as pa

from pipelines.ingest.faults import FileFault
from pipelines.ingest.mapping_file import FormatPart
from pipelines.ingest.plan import HIDDEN, LINE, Plan, RowFault
from pipelines.ingest.reading.excel_archive import check_workbook
from pipelines.ingest.reading.excel_sheet import NO_SHEET
from pipelines.ingest.reading.excel_times import TimeKind, cell_text, time_kinds
from pipelines.ingest.reading.missing_columns import check_names, listed
from pipelines.ingest.reading.records import Piece

READER: Final = Path(__file__).with_name("excel_sheet.py")
ERROR: Final = "error:"
HAS_ERROR: Final = f"{HIDDEN}error"
SHEET_FAULTS: Final = (
    RowFault(
        reason="unreadable",
        when=pl.col(HAS_ERROR),
        columns=(),
        says="holds an error such as #DIV/0!, or what is no text, in a column that is read",
    ),
)


HELD_SHEETS: Final = 100
"""So many are held between being checked and being read; of more, a sheet is read a second time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sheet:
    """A sheet whose header was found; `places` are the columns that are read, `begins` the first data row."""

    path: Path
    size: int
    layout: FormatPart
    content: IO[bytes] | None
    places: dict[str, int]
    kinds: dict[int, TimeKind]
    begins: int
    rows: int

    @property
    def faults(self) -> Sequence[RowFault]:
        return SHEET_FAULTS

    def pieces(self, wanted: Callable[[], int]) -> Iterator[Piece]:
        """The rows that are not empty, each with its number in the sheet."""
        if self.content is not None:
            yield from self._pieces(self.content, wanted)
            return
        with _read_sheet(self.path, self.layout) as content:
            yield from self._pieces(content, wanted)

    def _pieces(self, content: IO[bytes], wanted: Callable[[], int]) -> Iterator[Piece]:
        held: list[pl.DataFrame] = []
        row_bytes = max(content.seek(0, 2) // max(self.rows, 1), 1)
        number = 1
        for batch in _batches(content):
            held.append(self._rows(batch, first=number))
            number += batch.height
            weight = sum(rows.height for rows in held) * row_bytes
            if weight >= wanted() or number > self.rows:
                ends = self.size * (number - 1) // max(self.rows, 1)
                yield Piece(rows=pl.concat(held), weight=max(weight, 1), ends=ends)
                held = []

    def _rows(self, batch: pl.DataFrame, *, first: int) -> pl.DataFrame:
        numbered = batch.with_columns(
            pl.int_range(first, first + pl.len(), dtype=pl.Int64).alias(LINE),
            is_row=pl.any_horizontal(*_filled(batch), *_errors(batch), *_timed(batch)),
        )
        errors = [name for name in _errors(batch) if int(name.removeprefix(ERROR)) in self.places.values()]
        chosen = numbered.filter(pl.col("is_row") & (pl.col(LINE) >= self.begins))
        cells = chosen.select(
            LINE,
            *[cell_text(place, self.kinds.get(place)).alias(name) for name, place in self.places.items()],
            pl.any_horizontal(*errors, pl.lit(value=False)).alias(HAS_ERROR),
        )
        zeros = [pl.col(name).str.contains("\0", literal=True).fill_null(value=False) for name in self.places]
        return cells.with_columns(pl.any_horizontal(HAS_ERROR, *zeros).alias(HAS_ERROR))


def open_excel(path: Path, plan: Plan) -> Sheet:
    """Read the sheet; FileFault if there is none, or it is not the table that the mapping describes."""
    check_workbook(path)
    content = _read_sheet(path, plan.layout)
    try:
        sheet = _checked(path, content, plan)
    except BaseException:
        content.close()
        raise
    if len(HELD) >= HELD_SHEETS:
        content.close()
        return replace(sheet, content=None)
    HELD.add(sheet)
    weakref.finalize(sheet, content.close)
    return sheet


HELD: Final[weakref.WeakSet[Sheet]] = weakref.WeakSet()


def _checked(path: Path, content: IO[bytes], plan: Plan) -> Sheet:
    header, begins, rows = _header(path, content, plan.layout)
    check_names(path, [name for name in header if name], plan)
    places = {name: header.index(name) for name in plan.columns}
    return Sheet(
        path=path,
        size=path.stat().st_size,
        layout=plan.layout,
        content=content,
        places=places,
        kinds=time_kinds(_batches(content), places.values(), begins=begins),
        begins=begins,
        rows=rows,
    )


def _read_sheet(path: Path, layout: FormatPart) -> IO[bytes]:
    """The sheet as an Arrow stream in a file that is gone when it is closed."""
    content = tempfile.TemporaryFile()  # noqa: SIM115 (closed when nobody reads the sheet any more)
    command = [sys.executable, "-P", str(READER), str(path), json.dumps(layout.sheet)]
    done = subprocess.run(command, stdout=content, stderr=subprocess.PIPE, check=False)  # noqa: S603
    if done.returncode == 0:
        return content
    content.close()
    if done.returncode == NO_SHEET:
        problem = f"has no sheet {layout.sheet!r}; its sheets are {listed(json.loads(done.stderr))}."
    elif b"assword" in done.stderr:
        problem = "has a password; save it without one."
    else:
        problem = "is damaged, or its sheet is larger than memory allows; save it again, or as CSV."
    raise FileFault(path=path, problem=problem)


def _batches(content: IO[bytes]) -> Iterator[pl.DataFrame]:
    content.seek(0)
    with pa.ipc.open_stream(content) as stream:
        for batch in stream:
            yield _frame(batch)


def _frame(batch: Any) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(batch))


def _texts(batch: pl.DataFrame) -> list[str]:
    return [name for name in batch.columns if name.isdigit()]


def _filled(batch: pl.DataFrame) -> list[pl.Expr]:
    return [(pl.col(name).str.strip_chars() != "").fill_null(value=False) for name in _texts(batch)]


def _timed(batch: pl.DataFrame) -> list[pl.Expr]:
    return [pl.col(name).is_not_null() for name in batch.columns if name.startswith("time:")]


def _errors(batch: pl.DataFrame) -> list[str]:
    return [name for name in batch.columns if name.startswith(ERROR)]


def _header(path: Path, content: IO[bytes], layout: FormatPart) -> tuple[list[str], int, int]:
    """The names of the columns, the number of the first row of data, and of the last row."""
    number, found, begins = 1, list(layout.header), layout.skip + 1
    for batch in _batches(content):
        if not found:
            texts = batch.select(_texts(batch)).with_row_index("row", offset=number)
            filled = texts.filter((pl.col("row") > layout.skip) & pl.any_horizontal(_filled(batch)))
            if filled.height:
                begins, *names = filled.row(0)
                found, begins = [(name or "").strip() for name in names], begins + 1
        number += batch.height
    if not found:
        where = f" after row {layout.skip}" if layout.skip else ""
        raise FileFault(
            path=path, problem=f"has nothing in its sheet{where}; name another with format.sheet."
        )
    return found, begins, number - 1
