"""Typed columns of Arrow as the text that any other format would hold."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.ingest.reading.plain_numbers import plain

FIRST_DAY, LAST_DAY = -719_528, 2_932_896
"""The days of the years 0 to 9999, counted from 1970; beyond them no day can be written."""

UNITS: Final = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
DAY_SECONDS: Final = 86_400
MOMENT: Final = "%Y-%m-%d %H:%M:%S%.f"
INSTANT: Final = MOMENT + "%:z"
TIME: Final = "%H:%M:%S%.f"


def has_text(kind: pa.DataType) -> bool:
    """Whether the values of a type can be told as text."""
    if pa.types.is_dictionary(kind):
        return has_text(kind.value_type)
    return any(is_kind(kind) for is_kind, _ in WRITERS)


def as_text(column: pa.Array) -> tuple[pl.Series, pl.Series]:
    """The values as text, and whether there is one that cannot be told; it is null then."""
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    write = next(write for is_kind, write in WRITERS if is_kind(column.type))
    text = write(column)
    return text, _series(pc.is_valid(column)) & text.is_null()


def _series(column: pa.Array) -> pl.Series:
    return pl.Series(pl.from_arrow(column))


def _nothing(column: pa.Array) -> pl.Series:
    return pl.repeat(None, len(column), dtype=pl.String, eager=True)


def _plain(column: pa.Array) -> pl.Series:
    """Whole numbers, true and false."""
    return _series(column).cast(pl.String)


def _decimal(column: pa.Array) -> pl.Series:
    return _without_exponent(_series(pc.cast(column, pa.string())))


def _float(column: pa.Array) -> pl.Series:
    """The shortest digits that give the same float again; NaN and inf as these words."""
    if pa.types.is_float16(column.type):
        column = pc.cast(column, pa.float32())
    return _without_exponent(_series(column).cast(pl.String))


def _without_exponent(numbers: pl.Series) -> pl.Series:
    text = pl.col("number")
    told = numbers.to_frame("number").with_columns(
        pl.when(text.str.contains(r"^-?\d+\.\d+$"))
        .then(text.str.strip_chars_end("0").str.strip_suffix("."))
        .otherwise(text)
    )
    told = told.with_columns(text.replace("-0", "0"))
    far = told.filter(text.str.contains(r"\d[eE]"))["number"].unique().to_list()
    if far:
        told = told.with_columns(text.replace(far, [plain(Decimal(one)) for one in far]))
    return told["number"]


def _text(column: pa.Array) -> pl.Series:
    """Text, and bytes that are UTF-8: some writers do not say that theirs is text."""
    column = pc.cast(column, pa.large_binary())
    try:
        text = _series(pc.cast(column, pa.large_string()))
    except pa.ArrowInvalid:
        text = pl.Series([_decoded(one) for one in column.to_pylist()], dtype=pl.String)
    if not text.str.contains("\0", literal=True).any():
        return text
    return text.to_frame("text").select(
        pl.when(~pl.col("text").str.contains("\0", literal=True)).then("text")
    )["text"]


def _decoded(content: bytes | None) -> str | None:
    try:
        return None if content is None else content.decode()
    except UnicodeDecodeError:
        return None


def _day(column: pa.Array) -> pl.Series:
    days = pc.cast(pc.cast(column, pa.date32(), safe=False), pa.int32())
    return _within(days, FIRST_DAY, LAST_DAY).cast(pl.Date).cast(pl.String)


def _moment(column: pa.Array) -> pl.Series:
    """A local moment, or one with a zone as it is in UTC; a fraction only where there is one."""
    unit, zone = column.type.unit, column.type.tz
    per_day = DAY_SECONDS * UNITS[unit]
    count = _within(pc.cast(column, pa.int64()), FIRST_DAY * per_day, (LAST_DAY + 1) * per_day - 1)
    if unit == "s":
        count, unit = count * 1000, "ms"
    moment = count.cast(pl.Datetime(unit))
    return (
        moment.dt.to_string(MOMENT)
        if zone is None
        else moment.dt.replace_time_zone("UTC").dt.to_string(INSTANT)
    )


def _time(column: pa.Array) -> pl.Series:
    is_short = pa.types.is_time32(column.type)
    count = _series(pc.cast(column, pa.int32() if is_short else pa.int64())).cast(pl.Int64)
    nanoseconds = count * (10**9 // UNITS[column.type.unit])
    within = nanoseconds.is_between(0, DAY_SECONDS * 10**9 - 1)
    return (
        nanoseconds.zip_with(within, pl.repeat(None, len(within), dtype=pl.Int64, eager=True))
        .cast(pl.Time)
        .dt.to_string(TIME)
    )


def _within(column: pa.Array, first: int, last: int) -> pl.Series:
    numbers = _series(column)
    return numbers.to_frame("n").select(pl.when(pl.col("n").is_between(first, last)).then("n"))["n"]


def _nested(column: pa.Array) -> pl.Series:
    """Lists and objects as JSON without blanks."""
    try:
        values = column.to_pylist()
    except (UnicodeDecodeError, ValueError, OverflowError):
        values = [_listed(one) for one in column]
    return pl.Series([None if one is None else _json_or_none(one) for one in values], dtype=pl.String)


def _listed(value: pa.Scalar) -> object:
    try:
        return value.as_py()
    except (UnicodeDecodeError, ValueError, OverflowError):
        return b"\xff" if value.is_valid else None


def _json_or_none(value: object) -> str | None:
    try:
        text = _json(value)
    except UnicodeDecodeError:
        return None
    return None if "\\u0000" in text else text


def _json(value: object) -> str:
    """A value as JSON; text in quotes, numbers plain, moments as they are told elsewhere."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(str(name))}:{_json(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | float | Decimal):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        return str(plain(number)) if number.is_finite() else _quoted(str(value))
    return _quoted(value.decode() if isinstance(value, bytes) else _told(value))


def _told(value: object) -> str:
    if isinstance(value, datetime):
        local = value if value.tzinfo is None else value.astimezone(UTC)
        return local.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _is_text(kind: pa.DataType) -> bool:
    return any(
        is_kind(kind)
        for is_kind in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
            pa.types.is_binary,
            pa.types.is_large_binary,
            pa.types.is_binary_view,
        )
    )


def _is_nested(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return all(has_text(kind.field(place).type) for place in range(kind.num_fields))
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind)) and has_text(kind.value_type)


def _is_plain(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_boolean(kind))


WRITERS: Final[tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], pl.Series]], ...]] = (
    (pa.types.is_null, _nothing),
    (_is_plain, _plain),
    (pa.types.is_decimal, _decimal),
    (pa.types.is_floating, _float),
    (_is_text, _text),
    (pa.types.is_date, _day),
    (pa.types.is_timestamp, _moment),
    (pa.types.is_time, _time),
    (_is_nested, _nested),
)
"""Which types can be told as text, and how."""
