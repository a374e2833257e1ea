"""The bases of rates as the finance system exports them: waybills by district, money by class of customer."""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.freight_carrier.counts import (
    HALF_YEAR,
    INSURED_INCOME,
    INSURED_INCOME_LAST_YEAR,
    REVENUE,
)
from pipelines.sample.freight_carrier.network import DISTRICTS
from pipelines.sample.freight_carrier.shippers import CLASS_NAMES
from pipelines.sample.request import Request
from pipelines.sample.shares import shares

BOOKED_AFTER = 4
"""Days after the month's end on which its books are closed, and later for some districts."""


def first_of(year: int, month: int) -> date:
    """The first day of a month, of the next year's January where it is the 13th."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def waybill_frames(request: Request) -> Iterator[pl.DataFrame]:
    """One row per month and district, and a line of totals that is no district's."""
    dice = request.dice("freight_carrier", "waybills")
    size = 0.5 + dice.fractions(len(DISTRICTS))
    for month, counts in enumerate(HALF_YEAR, start=1):
        yield waybills_of(request, month, total=request.scaled(counts.waybills), size=size, dice=dice)


def waybills_of(request: Request, month: int, *, total: int, size: pl.Series, dice: Dice) -> pl.DataFrame:
    """A month's waybills over districts of some size, and their line of totals."""
    weights = size * (0.95 + 0.1 * dice.fractions(len(DISTRICTS)))
    booked = first_of(request.year, month + 1) + timedelta(days=BOOKED_AFTER)
    late = 3 * dice.chances(len(DISTRICTS), share=0.1).cast(pl.Int64)
    rows = pl.DataFrame({"路区": DISTRICTS, "开单票数": shares(total, weights), "late": late}).select(
        pl.lit(f"{request.year}-{month:02d}").alias("月份"),
        "路区",
        "开单票数",
        (pl.lit(booked) + pl.duration(days="late")).cast(pl.Date).alias("入账日期"),
    )
    totals = rows.head(1).with_columns(
        pl.lit("合计").alias("路区"), pl.lit(total, pl.Int64).alias("开单票数")
    )
    return pl.concat([rows, totals])


def income_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Insured income and revenue by month and class of customer, insured income of the year before too."""
    told = ((0, INSURED_INCOME, REVENUE), (1, INSURED_INCOME_LAST_YEAR, None))
    rows = [
        (first_of(request.year - ago, month), CLASS_NAMES[name], insured, revenue)
        for ago, incomes, revenues in told
        for name, income in incomes.items()
        for month, insured, revenue in zip(
            range(1, 7),
            _by_month(request, income),
            _by_month(request, revenues[name]) if revenues else [None] * 6,
            strict=True,
        )
    ]
    yield pl.DataFrame(
        rows, schema=["月份首日", "客户类型", "保价收入", "营业收入"], orient="row"
    ).with_columns(入账日期=pl.col("月份首日").dt.offset_by("1mo") + pl.duration(days=BOOKED_AFTER))


def _by_month(request: Request, total: int) -> list[int]:
    parts: list[int] = shares(request.scaled(total), [float(month.waybills) for month in HALF_YEAR]).to_list()
    return parts
