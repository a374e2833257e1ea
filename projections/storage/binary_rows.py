"""Rows as PostgreSQL's binary COPY wants them, made column by column: half of what ADBC spends on them.

https://www.postgresql.org/docs/current/sql-copy.html (Binary Format). Everything is big-endian; a value is
its length in four bytes and its bytes, null is the length -1. Columns may come in any order, so those of
fixed width that are null in the same rows are laid side by side and joined as one part.
"""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np
import polars as pl
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg.sql import SQL, Identifier

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
ROWS_AT_ONCE = 4_000
"""Joined at once: about what fits a processor's cache."""
LAID_OUT_AT_ONCE = 20_000
"""Rows whose columns are laid out at once: some tens of megabytes."""
NO_SEPARATOR = pa.scalar(b"", pa.binary())
LENGTH, VALUE = "length_", "value_"

POSTGRES_DAYS = 10_957
"""Days from 1970 to 2000, where PostgreSQL's time begins."""
POSTGRES_MICROSECONDS = POSTGRES_DAYS * 86_400_000_000
LARGEST_SMALL = 10**18
SMALL_DIGITS, ALL_DIGITS = 5, 10
"""Of base 10,000, the last behind the point: for decimals scaled below LARGEST_SMALL, and for any."""
NEGATIVE = 0x4000


class BinaryRows:
    """A frame's rows in binary; `columns` is the order in which their values stand."""

    def __init__(self, rows: pl.DataFrame) -> None:
        """Lay out every column that holds anything; the others are left to be null."""
        held = [_Column(column) for column in rows.get_columns() if column.null_count() < rows.height]
        texts = [column for column in held if column.is_text]
        together = _alike([column for column in held if not column.is_text])
        self.columns = [column.name for columns in (*together.values(), texts) for column in columns]
        self.height = rows.height
        self._parts = [_fixed(_repeated(len(held).to_bytes(2, "big"), rows.height))]
        self._parts += [part for mask, columns in together.items() for part in _block(columns, mask)]
        self._parts += [part for column in texts for part in _text(column)]

    def chunks(self) -> Iterator[memoryview]:
        """The rows, some thousands at a time, without header and trailer."""
        for start in range(0, self.height, ROWS_AT_ONCE):
            slices = [part.slice(start, ROWS_AT_ONCE) for part in self._parts]
            joined = pc.binary_join_element_wise(*slices, NO_SEPARATOR, null_handling="skip")
            yield memoryview(joined.buffers()[2])


class _Column:
    """A column as Arrow holds it; where it is null, the buffer of values holds anything."""

    def __init__(self, column: pl.Series) -> None:
        self.name, self.dtype, self.series = column.name, column.dtype, column
        self.is_text = column.dtype == pl.String()
        self.array = column.to_arrow(compat_level=pl.CompatLevel.oldest())
        self.is_null = np.asarray(self.array.is_null())
        self.mask = _bitmap(~self.is_null) if self.array.null_count else b""

    def held(self, number_type: str) -> np.ndarray[Any, Any]:
        """The buffer of values, of which the array may be a part."""
        start, height = self.array.offset, len(self.array)
        return np.frombuffer(self.array.buffers()[1], number_type)[start : start + height]

    def values(self) -> tuple[np.ndarray[Any, Any], str]:
        """Numbers as PostgreSQL counts, or their finished bytes, and how they are written."""
        if self.dtype == pl.Boolean():
            return np.asarray(self.array.fill_null(False).cast(pa.uint8())), "u1"
        if self.dtype == pl.Date():
            return self.held("<i4") - POSTGRES_DAYS, ">i4"
        if isinstance(self.dtype, pl.Datetime):
            return self.held("<i8") - POSTGRES_MICROSECONDS, ">i8"
        if isinstance(self.dtype, pl.Decimal):
            numbers = _numerics(self.series.fill_null(0))
            return numbers, numbers.dtype.str
        return self.held("<i8"), ">i8"


def _alike(columns: Sequence[_Column]) -> dict[bytes, list[_Column]]:
    """Columns by where they are null, as Arrow's bitmap of what is not; empty where nothing is."""
    found: dict[bytes, list[_Column]] = {}
    for column in columns:
        found.setdefault(column.mask, []).append(column)
    return found


def _block(columns: Sequence[_Column], mask: bytes) -> list[Any]:
    """Columns side by side, each value behind its length; where they are null, as many lengths of -1."""
    values = [column.values() for column in columns]
    layout = [
        (f"{kind}{n}", code)
        for n, (_, code) in enumerate(values)
        for kind, code in ((LENGTH, ">i4"), (VALUE, code))
    ]
    cells = np.empty(len(values[0][0]), dtype=layout)
    for n, (numbers, _) in enumerate(values):
        cells[f"{LENGTH}{n}"] = cells.dtype[f"{VALUE}{n}"].itemsize
        cells[f"{VALUE}{n}"] = numbers
    if not mask:
        return [_fixed(cells)]
    is_null = pa.py_buffer(_bitmap(columns[0].is_null))
    nothing = _repeated(NULL * len(columns), len(cells))
    return [_fixed(cells, validity=pa.py_buffer(mask)), _fixed(nothing, validity=is_null)]


def _bitmap(booleans: np.ndarray[Any, Any]) -> bytes:
    """As Arrow marks what is not null."""
    return np.packbits(booleans, bitorder="little").tobytes()


def _text(column: _Column) -> list[Any]:
    """The lengths, -1 where there is no value, and the values, of which the join leaves the nulls out."""
    values = column.array.cast(pa.large_binary()).cast(pa.binary())
    start, height = values.offset, len(values)
    ends = np.frombuffer(values.buffers()[1], "<i4")[start : start + height + 1]
    lengths = np.diff(ends).astype(">i4")
    lengths[column.is_null] = -1
    return [_fixed(lengths), values]


def _repeated(content: bytes, rows: int) -> np.ndarray[Any, Any]:
    return np.full(rows, np.void(content))


def _fixed(cells: np.ndarray[Any, Any], *, validity: Any = None) -> Any:
    """Cells of one width as an array that can be joined; `validity` is Arrow's bitmap of what is not null."""
    height, width = len(cells), cells.dtype.itemsize
    offsets = np.arange(0, (height + 1) * width, width, dtype=np.int32)
    return pa.Array.from_buffers(pa.binary(), height, [validity, pa.py_buffer(offsets), pa.py_buffer(cells)])


def _numerics(column: pl.Series) -> np.ndarray[Any, Any]:
    """Digit count, weight, sign, scale and digits; PostgreSQL drops the zeros before and behind."""
    physical = column.to_physical()
    is_small = column.is_empty() or bool((physical.abs() < LARGEST_SMALL).all())
    scaled = physical.cast(pl.Int64).to_numpy() if is_small else np.array(physical.to_list(), dtype=object)
    digits = SMALL_DIGITS if is_small else ALL_DIGITS
    number = np.empty((column.len(), 4 + digits), dtype=">u2")
    number[:, 0], number[:, 1], number[:, 3] = digits, digits - 2, 4
    number[:, 2] = np.where(scaled < 0, NEGATIVE, 0)
    rest = np.abs(scaled)
    for place in range(3 + digits, 3, -1):
        number[:, place] = rest % 10_000
        rest = rest // 10_000
    return number.view(f"V{number.itemsize * number.shape[1]}").reshape(-1)


class FrozenCopy:
    """Fills a bare table in one transaction of its own; nobody else may use the table before it ends.

    Rows are frozen as they come, so that no vacuum need ever write them again.
    """

    def __init__(self, conninfo: str, table: str) -> None:
        """Connect when there is anything to copy."""
        self.conninfo, self.table = conninfo, Identifier(table)
        self._connection: psycopg.Connection[Any] | None = None

    def copy(self, rows: pl.DataFrame) -> None:
        """Append rows."""
        for some in rows.iter_slices(LAID_OUT_AT_ONCE):
            if some.height:
                self._copy(BinaryRows(some))

    def _begun(self) -> psycopg.Connection[Any]:
        """The connection, its table emptied: PostgreSQL freezes rows in no other."""
        if self._connection is None:
            self._connection = psycopg.connect(self.conninfo)
            self._connection.execute(SQL("truncate {}").format(self.table))
        return self._connection

    def _copy(self, rows: BinaryRows) -> None:
        names = SQL(", ").join(map(Identifier, rows.columns))
        statement = SQL("copy {} ({}) from stdin (format binary, freeze)").format(self.table, names)
        with self._begun().cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(HEADER)
            for chunk in rows.chunks():
                copy.write(chunk)
            copy.write(TRAILER)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._connection is None:
            return
        try:
            if error is None:
                self._connection.commit()
        finally:
            self._connection.close()
