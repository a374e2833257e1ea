"""The billing system's customers, the value they were given month by month, and who looks after them."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from pipelines.sample.mobile_operator.counts import PHONE_RATINGS
from pipelines.sample.mobile_operator.population import askable, population
from pipelines.sample.mobile_operator.telling import (
    customer_number,
    in_month,
    month_end,
    phone_of,
    store_code,
    with_entry,
)
from pipelines.sample.people import names
from pipelines.sample.request import Request

CHUNK = 100_000
MARKETS = {"个人": 0.78, "家庭": 0.14, "集团": 0.08}
MANAGERS = 160
UNUSABLE = 3


def customer_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Everybody of whom the branch keeps a card; name and number only of those with a manager."""
    dice = request.dice("mobile_operator", "customers")
    for people in population(request).iter_slices(CHUNK):
        count = people.height
        opened = date(request.year - 6, 1, 1)
        since = pl.lit(opened) + pl.duration(days=pl.lit(dice.whole(count, below=6 * 365 - 40)))
        yield people.select(
            客户编号=customer_number(pl.col("number")),
            姓名=pl.when("is_high").then(pl.lit(names(count, dice=dice))),
            手机号=pl.when("is_high").then(phone_of(pl.col("number"))),
            品牌="brand",
            市场=pl.lit(dice.picks(count, MARKETS)),
            敏感客户=pl.when("is_sensitive").then(pl.lit("是")).otherwise(pl.lit("否")),
            归属营业厅=store_code(pl.col("store")),
            入网日期=since.cast(pl.Date),
        )
    bad = population(request).head(UNUSABLE)
    nothing = {name: pl.lit(None, pl.String) for name in ("姓名", "手机号", "品牌", "市场")}
    yield bad.select(
        客户编号=pl.lit(None, pl.String),
        **nothing,
        敏感客户=pl.lit("否"),
        归属营业厅=store_code(pl.col("store")),
        入网日期=pl.lit(date(request.year - 1, 1, 1)),
    )


def value_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Who is of middle or high value: at the beginning of the year, and every change at a month's end."""
    dice = request.dice("mobile_operator", "values")
    level = pl.when("is_high").then(pl.lit("高价值")).otherwise(pl.lit("中价值"))
    for people in population(request).iter_slices(CHUNK):
        number = customer_number(pl.col("number"))
        begun = (
            pl.when(pl.col("joined") == 0)
            .then(pl.lit(date(request.year - 1, 12, 31)))
            .otherwise(month_end(pl.col("joined"), year=request.year))
        )
        lowered = people.filter(pl.col("left").is_not_null(), ~pl.col("churns"))
        rows = pl.concat(
            [
                people.select(客户编号=number, 评定日期=begun, 价值等级=level),
                lowered.select(
                    客户编号=number,
                    评定日期=month_end(pl.col("left"), year=request.year),
                    价值等级=pl.lit("普通"),
                ),
            ]
        )
        yield (
            with_entry(rows, "评定日期", dice=dice)
            .with_columns(pl.col("录入时间").dt.date().alias("录入日期"))
            .drop("录入时间")
        )


def manager_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Managers A and B of customers of high value."""
    dice = request.dice("mobile_operator", "managers")
    for people in population(request).filter("is_high").iter_slices(CHUNK):
        count = people.height
        first = dice.whole(count, below=MANAGERS)
        other = (first + 1 + dice.whole(count, below=MANAGERS - 1)) % MANAGERS
        month = pl.when(pl.col("joined") == 0).then(1).otherwise(pl.col("joined") + 1)
        rows = people.select(
            客户编号=customer_number(pl.col("number")),
            指派时间=in_month(month, year=request.year, count=count, dice=dice),
            A角="JL" + pl.lit(first).cast(pl.String).str.zfill(3),
            B角="JL" + pl.lit(other).cast(pl.String).str.zfill(3),
        )
        yield with_entry(rows.filter(pl.col("指派时间").dt.month() < 12), "指派时间", dice=dice)


def surveyed(request: Request) -> pl.DataFrame:
    """Those whom the survey company calls: it knows telephone numbers only."""
    return askable(population(request)).head(request.scaled(PHONE_RATINGS))


def link_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Which customer has which number, for those that the survey company calls."""
    for people in surveyed(request).iter_slices(CHUNK):
        yield people.select(
            客户编号=customer_number(pl.col("number")),
            手机号=phone_of(pl.col("number")),
            生效日期=pl.lit(date(request.year, 1, 1)),
        )
