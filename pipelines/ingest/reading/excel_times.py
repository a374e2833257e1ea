"""How cells of a workbook that hold a time become text: days, moments, or times of day."""

from collections.abc import Collection, Iterator
from typing import Final, Literal

import polars as pl

DAY_MS: Final = 86_400_000
FIRST_DAYS_MS: Final = 60 * DAY_MS
"""The calendar begins with 1900: times of its first days are times of day, or lengths of time."""

TimeKind = Literal["day", "moment", "length"]


def time_kinds(sheet: Iterator[pl.DataFrame], places: Collection[int], *, begins: int) -> dict[int, TimeKind]:
    """What the times of each column are, seen over the whole sheet, for a cell says only its count of days.

    Whole days alone are days; what lies in the first two months of 1900 is a time of day or a length.
    """
    lasts: dict[int, int] = {}
    has_parts: set[int] = set()
    row = 1
    for batch in sheet:
        data = batch[max(begins - row, 0) :]
        row += batch.height
        for place in places:
            if f"time:{place}" not in batch.columns:
                continue
            counts = data[f"time:{place}"].dt.total_milliseconds().drop_nulls()
            if counts.len():
                lasts[place] = max(int(counts.max()), lasts.get(place, 0))  # type: ignore[arg-type]
                if (counts % DAY_MS != 0).any():
                    has_parts.add(place)
    return {place: _kind(last, has_parts=place in has_parts) for place, last in lasts.items()}


def _kind(last: int, *, has_parts: bool) -> TimeKind:
    if last < FIRST_DAYS_MS:
        return "length"
    return "moment" if has_parts else "day"


def cell_text(place: int, kind: TimeKind | None) -> pl.Expr:
    """The text of a column's cells; of those that hold a time, as the column's kind has it."""
    text, time = pl.col(str(place)), pl.col(f"time:{place}")
    if kind is None or kind == "moment":
        return text
    told = text.str.head(-9) if kind == "day" else _length(time.dt.total_milliseconds())
    return pl.when(time.is_not_null()).then(told).otherwise(text)


def _length(milliseconds: pl.Expr) -> pl.Expr:
    """Hours, minutes and seconds, and a fraction only where there is one."""
    count = milliseconds.abs()
    parts = [
        pl.when(milliseconds < 0).then(pl.lit("-")).otherwise(pl.lit("")),
        (count // 3_600_000).cast(pl.String).str.zfill(2),
        pl.lit(":"),
        (count // 60_000 % 60).cast(pl.String).str.zfill(2),
        pl.lit(":"),
        (count // 1000 % 60).cast(pl.String).str.zfill(2),
        pl.when(count % 1000 > 0)
        .then("." + (count % 1000).cast(pl.String).str.zfill(3))
        .otherwise(pl.lit("")),
    ]
    return pl.concat_str(parts)
