"""How the branch's systems write customers, stores and moments."""

from datetime import date

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import DAY
from pipelines.sample.people import PHONE_PREFIX
from pipelines.sample.profiles import HOTLINE_HOURS, entered, seconds_of_day

ENTERED = "录入时间"


def customer_number(number: pl.Expr) -> pl.Expr:
    """The number in the billing system."""
    return "KH" + number.cast(pl.String).str.zfill(8)


def phone_of(number: pl.Expr) -> pl.Expr:
    """The invented mobile number of a customer."""
    return PHONE_PREFIX + number.cast(pl.String).str.zfill(7)


def store_code(store: pl.Expr) -> pl.Expr:
    """The code of a store."""
    return "YT" + (store + 1).cast(pl.String).str.zfill(2)


def in_month(month: pl.Expr, *, year: int, count: int, dice: Dice) -> pl.Expr:
    """Some moment of each row's month, before its 29th."""
    seconds = dice.whole(count, below=28) * DAY + seconds_of_day(count, hours=HOTLINE_HOURS, dice=dice)
    return month_start(month, year=year) + pl.duration(seconds=pl.lit(seconds))


def month_start(month: pl.Expr, *, year: int) -> pl.Expr:
    """The first moment of each row's month, a month above 12 in the year after."""
    return pl.lit(date(year, 1, 1)).cast(pl.Datetime("us")).dt.offset_by((month - 1).cast(pl.String) + "mo")


def month_end(month: pl.Expr, *, year: int) -> pl.Expr:
    """The last day of each row's month."""
    return month_start(month, year=year).dt.month_end().cast(pl.Date)


def with_entry(rows: pl.DataFrame, happened: str, *, dice: Dice, late: float = 0.04) -> pl.DataFrame:
    """The rows with the moment at which they were entered, for some days after they happened."""
    moments = rows[happened].cast(pl.Datetime("us"))
    return rows.with_columns(entered(moments, dice=dice, late=late, days=4).alias(ENTERED))
