"""Rows of PostgreSQL's binary COPY as Arrow record batches, decoded column by column.

https://www.postgresql.org/docs/current/sql-copy.html (Binary Format): everything is big-endian; a row is a
count of fields in two bytes, each field its length in four bytes and its bytes, null the length -1. Where a
field begins depends on those before it in its row, so all rows are walked together, field after field.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, LiteralString

import numpy as np
import numpy.typing as npt
import pyarrow as pa

HEADER_BYTES = 19
TRAILER = b"\xff\xff"
POSTGRES_DAYS = 10_957
"""Days from 1970 to 2000, where PostgreSQL's time begins."""
POSTGRES_MICROSECONDS = POSTGRES_DAYS * 86_400_000_000
LENGTH_BYTES, WIDEST = 4, 8

ARROW_TYPES: Mapping[type, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    datetime: pa.timestamp("us", "UTC"),
    Decimal: pa.decimal128(38, 4),
}
SQL_TYPES: Mapping[type, LiteralString] = {
    str: "text",
    int: "bigint",
    float: "double precision",
    bool: "boolean",
    date: "date",
    datetime: "timestamptz",
    Decimal: "text",
}
"""What a column must be selected as: a decimal comes as text, which Arrow reads exactly."""

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of every row: where its bytes begin, how many they are, and where it is not null."""

    data: bytes
    begins: Places
    lengths: Places
    is_told: npt.NDArray[np.bool_]

    def fixed(self, kind: str) -> npt.NDArray[Any]:
        """The values of a fixed width, in the byte order of this machine; anything where null."""
        return _everywhere(self.data, kind)[self.begins].astype(np.dtype(kind).newbyteorder("="))


def decoded(rows: Sequence[bytes], kinds: Mapping[str, type]) -> pa.RecordBatch:
    """Rows without header and trailer, whose fields are of these kinds selected as SQL_TYPES has it."""
    data = b"".join([*rows, bytes(WIDEST)])
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    begins = np.cumsum(lengths) - lengths + 2
    arrays = []
    for kind in kinds.values():
        field = _field(data, begins)
        arrays.append(_array(field, kind))
        begins = field.begins + field.lengths
    return pa.record_batch(arrays, schema=arrow_schema(kinds))


def arrow_schema(kinds: Mapping[str, type]) -> pa.Schema:
    """Named columns in the types in which they are exported; times are in UTC."""
    return pa.schema([(name, ARROW_TYPES[kind]) for name, kind in kinds.items()])


def _field(data: bytes, begins: Places) -> Field:
    told = _everywhere(data, ">i4")[begins].astype(np.int64)
    return Field(data=data, begins=begins + LENGTH_BYTES, lengths=np.maximum(told, 0), is_told=told >= 0)


def _everywhere(data: bytes, kind: str) -> npt.NDArray[Any]:
    """What would be read as this kind at each byte: a view, of which rows pick where their field begins."""
    return np.ndarray((len(data) - np.dtype(kind).itemsize + 1,), kind, data, strides=(1,))


def _array(field: Field, kind: type) -> pa.Array:
    if kind is str:
        return _texts(field)
    if kind is Decimal:
        return _texts(field).cast(ARROW_TYPES[Decimal])
    if kind is bool:
        return _of_buffer(field, kind, np.packbits(field.fixed("u1") != 0, bitorder="little"))
    if kind is date:
        return _of_buffer(field, kind, field.fixed(">i4") + np.int32(POSTGRES_DAYS))
    if kind is datetime:
        return _of_buffer(field, kind, field.fixed(">i8") + POSTGRES_MICROSECONDS)
    return _of_buffer(field, kind, field.fixed(">f8" if kind is float else ">i8"))


def _of_buffer(field: Field, kind: type, values: npt.NDArray[Any]) -> pa.Array:
    buffers = [_told(field), pa.py_buffer(values)]
    return pa.Array.from_buffers(ARROW_TYPES[kind], len(field.begins), buffers)


def _told(field: Field) -> pa.Buffer | None:
    """Arrow's bitmap of what is not null."""
    return None if field.is_told.all() else pa.py_buffer(np.packbits(field.is_told, bitorder="little"))


def _texts(field: Field) -> pa.Array:
    """Every other one of the stretches into which the texts' ends cut the data."""
    count = len(field.begins)
    ends = np.empty(2 * count, np.int32)
    ends[0::2], ends[1::2] = field.begins, field.begins + field.lengths
    stretches = pa.StringArray.from_buffers(2 * count - 1, pa.py_buffer(ends), pa.py_buffer(field.data))
    texts = stretches.take(pa.array(np.arange(0, 2 * count, 2)))
    _, offsets, characters = texts.buffers()
    return pa.StringArray.from_buffers(count, offsets, characters, _told(field))
