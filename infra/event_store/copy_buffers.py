"""Frames as finished buffers in PostgreSQL's binary formats, by column: COPY rows and array parameters.

https://www.postgresql.org/docs/current/sql-copy.html (Binary Format) and array_send in the server's source.
Everything is big-endian; a value is its length in four bytes and then its bytes.
"""

from array import array
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import polars as pl
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import pq
from psycopg.adapt import Dumper

COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_TRAILER = b"\xff\xff"
# As much as fits a processor's cache; the server writes some while the next are joined.
ROWS_AT_ONCE = 1_000
NO_SEPARATOR = pa.scalar(b"", pa.binary())

INTEGERS: dict[pl.DataType, tuple[str, int]] = {pl.Int32(): ("i", 4), pl.Int64(): ("q", 8)}


class UuidArray(bytes):
    """A uuid[] in binary form."""


class TextArray(bytes):
    """A text[] in binary form."""


class PositionedRows:
    """The rows of a binary COPY whose first column is a position, which is filled in when it is known."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._count = frame.height
        self._number_of_columns = _number_of_columns(frame.width + 1)
        self._columns = _columns(frame)

    def standing_from(self, first: int) -> Iterator[memoryview]:
        """The rows at consecutive positions from `first` on, a few at a time, without header and trailer."""
        positions = pl.int_range(first, first + self._count, dtype=pl.Int64, eager=True)
        parts = [self._number_of_columns, *_integers(positions), *self._columns]
        for start in range(0, self._count, ROWS_AT_ONCE):
            slices = [one if isinstance(one, pa.Scalar) else one.slice(start, ROWS_AT_ONCE) for one in parts]
            yield _joined(slices, rows=self._count)


def copy_rows(frame: pl.DataFrame) -> memoryview:
    """The rows of a binary COPY of Int32, Int64, String and Binary columns, without header and trailer."""
    return _joined([_number_of_columns(frame.width), *_columns(frame)], rows=frame.height)


def uuid_array(uuids: pl.Series) -> UuidArray:
    """The 16-byte values as a query parameter."""
    return UuidArray(_array(uuids, element_oid=psycopg.postgres.types["uuid"].oid))


def text_array(texts: pl.Series) -> TextArray:
    """The texts as a query parameter."""
    return TextArray(_array(texts, element_oid=psycopg.postgres.types["text"].oid))


def register_arrays(connection: psycopg.Connection[Any]) -> None:
    """Let the connection send these arrays as they are."""
    connection.adapters.register_dumper(UuidArray, _UuidArrayDumper)
    connection.adapters.register_dumper(TextArray, _TextArrayDumper)


class _ArrayDumper(Dumper):
    format = pq.Format.BINARY

    def dump(self, obj: bytes) -> bytes:
        return obj


class _UuidArrayDumper(_ArrayDumper):
    oid = psycopg.postgres.types["uuid"].array_oid


class _TextArrayDumper(_ArrayDumper):
    oid = psycopg.postgres.types["text"].array_oid


def _array(values: pl.Series, *, element_oid: int) -> bytes:
    int4 = partial(int.to_bytes, length=4, byteorder="big")
    if values.is_empty():
        return int4(0) + int4(0) + int4(element_oid)
    dimensions, has_nulls, lower_bound = 1, 0, 1
    header = b"".join(map(int4, (dimensions, has_nulls, element_oid, values.len(), lower_bound)))
    return header + _joined(_texts(values), rows=values.len())


def _joined(parts: Sequence[Any], *, rows: int) -> memoryview:
    """The bytes of all parts of the first row, then of the second, …"""
    if rows == 0:
        return memoryview(b"")
    return memoryview(pc.binary_join_element_wise(*parts, NO_SEPARATOR).buffers()[2])


def _number_of_columns(width: int) -> Any:
    return pa.scalar(width.to_bytes(2, "big"), pa.binary())


def _columns(frame: pl.DataFrame) -> list[Any]:
    return [
        part
        for column in frame
        for part in (_integers(column) if column.dtype in INTEGERS else _texts(column))
    ]


def _integers(column: pl.Series) -> list[Any]:
    _, size = INTEGERS[column.dtype]
    return [pa.scalar(size.to_bytes(4, "big"), pa.binary()), _big_endian(column)]


def _texts(column: pl.Series) -> list[Any]:
    values = column.cast(pl.Binary)
    lengths = values.bin.size().cast(pl.Int32)
    # The oldest layout has offsets and one block of bytes; Polars' own string views cannot be joined.
    return [_big_endian(lengths), values.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(pa.binary())]


def _big_endian(integers: pl.Series) -> Any:
    code, size = INTEGERS[integers.dtype]
    arrow = integers.rechunk().to_arrow()
    swapped = array(code)
    swapped.frombytes(memoryview(arrow.buffers()[1])[arrow.offset * size :][: len(integers) * size])
    swapped.byteswap()
    fixed = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(size), len(integers), [None, pa.py_buffer(swapped)]
    )
    return fixed.cast(pa.binary())
