"""Times told as one number: seconds and their parts counted since 1970, and the days of a spreadsheet."""

from dataclasses import dataclass
from typing import Final

import polars as pl

DIGITS = r"^[+-]?\d{1,17}(\.\d{1,15})?$"
EXACT = pl.Decimal(38, 12)
FIRST_YEAR, LAST_YEAR = -62_135_596_800_000_000, 253_402_300_799_999_999
"""Microseconds since 1970 at which the years 1 and 9999 begin and end."""

LEAP_DAY_THAT_NEVER_WAS = 60
"""Spreadsheets count a 29 February 1900; days before it are one too few."""

DAYS_BEFORE_1970 = 25_569


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A form of number: its unit is so many steps of so many microseconds; an instant, or a wall clock."""

    steps: int
    step: int
    is_instant: bool
    says: str


COUNTED: Final[dict[str, Counted]] = {
    "epoch_s": Counted(steps=1_000_000, step=1, is_instant=True, says="is no number of seconds since 1970"),
    "epoch_ms": Counted(steps=1_000, step=1, is_instant=True, says="is no number of milliseconds since 1970"),
    "epoch_us": Counted(steps=1, step=1, is_instant=True, says="is no number of microseconds since 1970"),
    "excel_day": Counted(
        steps=86_400_000, step=1_000, is_instant=False, says="is no day number of a spreadsheet"
    ),
}


def counted_time(text: pl.Expr, form: str) -> pl.Expr:
    """The moment a number stands for, without a zone: UTC of an epoch, the wall clock of a spreadsheet.

    A spreadsheet's is rounded to the millisecond, as they show it. Null where there is no such moment.
    """
    number = pl.when(text.str.contains(DIGITS)).then(text.str.strip_prefix("+")).cast(EXACT, strict=False)
    if form == "excel_day":
        number = _since_1970(number)
    steps = (number * COUNTED[form].steps).round(0).cast(pl.Int64, strict=False)
    step = COUNTED[form].step
    is_of_these_years = steps.is_between(FIRST_YEAR // step, LAST_YEAR // step)
    return pl.when(is_of_these_years).then(steps * step).cast(pl.Datetime("us"))


def _since_1970(day: pl.Expr) -> pl.Expr:
    """Days since 1970 of a spreadsheet's day number; it has none before 1900."""
    whole = day.floor()
    return (
        pl.when((whole >= 1) & (whole < LEAP_DAY_THAT_NEVER_WAS))
        .then(day + 1)
        .when(whole > LEAP_DAY_THAT_NEVER_WAS)
        .then(day)
    ) - DAYS_BEFORE_1970
