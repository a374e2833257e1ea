"""How a cell's text becomes a number, a day or a yes, and which cells cannot."""

from typing import Final

import polars as pl

from domain.envelope import Kind
from pipelines.ingest.mapping_file import CellKind

STORED_DTYPES: Final[dict[Kind, pl.DataType]] = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "boolean": pl.Boolean(),
    "decimal": pl.Decimal(38, 4),
    "time": pl.Datetime("us", "UTC"),
    "date": pl.Date(),
}

# Fifteen digits leave room to count milliseconds of whatever was counted in days.
INTEGER = r"^[+-]?\d{1,15}$"
DECIMAL = r"^[+-]?\d{1,30}(\.\d{0,4}0*)?$"

SAYS: Final[dict[Kind, str]] = {
    "integer": "is not a whole number of at most 15 digits",
    "decimal": "is not a number of at most four decimal places",
    "date": "is not a day of the form 2026-01-31",
    "time": "is not a moment between the years 1 and 9999",
    "text": "is not text",
    "boolean": "is neither true nor false",
}


def parsed(text: pl.Expr, kind: CellKind) -> pl.Expr:
    """The value of a trimmed text; null where it does not have that form."""
    if kind == "integer":
        return (
            pl.when(text.str.contains(INTEGER)).then(text.str.strip_prefix("+")).cast(pl.Int64, strict=False)
        )
    if kind == "decimal":
        digits = pl.when(text.str.contains(DECIMAL)).then(text.str.strip_prefix("+"))
        return digits.cast(pl.Decimal(38, 4), strict=False)
    return text.str.to_date("%Y-%m-%d", strict=False)


def stored(value: pl.Expr, *, dtype: pl.DataType, kind: Kind) -> pl.Expr:
    """The value as the dtype of its stored kind; null where it does not fit.

    Raises ValueError, with the half sentence that says why, where no value of this dtype ever would.
    """
    if dtype == pl.Null:
        return value.cast(STORED_DTYPES[kind])
    if dtype == STORED_DTYPES[kind]:
        return _within_years(value) if kind == "time" else value
    if kind == "text" and dtype.is_integer():
        return value.cast(pl.String)
    if kind in {"integer", "decimal", "date"} and dtype == pl.String:
        return parsed(value, kind)
    if kind == "integer" and dtype.is_numeric():
        return pl.when(value == value.round()).then(value).cast(pl.Int64, strict=False)
    if kind == "decimal" and (dtype.is_integer() or dtype.is_decimal()):
        return value.cast(pl.Decimal(38, 4), strict=False)
    raise ValueError(f"gives {_named(dtype)}, and {_wanted(kind)} is wanted")


def _within_years(value: pl.Expr) -> pl.Expr:
    return pl.when(value.dt.year().is_between(1, 9999)).then(value)


def _named(dtype: pl.DataType) -> str:
    if dtype.is_float():
        return "a number that may not be exact (declare its columns under types as decimal)"
    return {pl.String: "text", pl.Boolean: "true or false", pl.Date: "a day"}.get(
        dtype.base_type(), str(dtype)
    )


def _wanted(kind: Kind) -> str:
    return {
        "text": "text",
        "integer": "a whole number",
        "decimal": "an exact number",
        "boolean": "a condition",
        "time": "a time (compute it under let with at:, or date: and time:)",
        "date": "a day",
    }[kind]
