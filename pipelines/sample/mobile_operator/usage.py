"""The billing system's months: one row per customer and month, as a Parquet file with a row group each."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.mobile_operator.counts import MONTHS
from pipelines.sample.mobile_operator.population import population
from pipelines.sample.mobile_operator.telling import customer_number
from pipelines.sample.request import Request

CHUNK = 200_000
SEASON = (1.04, 1.08, 0.98, 0.97, 0.99, 0.98, 1.0, 1.01, 1.0, 1.03, 0.99)
PLANS = {"全球通": "商旅套餐", "神州行": "畅听卡", "动感地带": "音乐套餐"}
FALL = 0.72
"""What is left of a falling customer's spending, from month to month."""
LONGEST_FALL = 3
BEFORE_JOINING, AFTER_LOWERING = 0.45, 0.4


def usage_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Month after month, everybody who was a customer through it; money in yuan, calls in minutes."""
    for month in MONTHS:
        here = population(request).filter(was_here(month))
        for place, people in enumerate(here.iter_slices(CHUNK)):
            dice = request.dice("mobile_operator", "usage", month, place)
            yield _bills(people, month=month, year=request.year, dice=dice)


def was_here(month: int) -> pl.Expr:
    """Whether a customer used the network through a month: not in the one in which they left."""
    is_back = (pl.col("back") < month).fill_null(value=False)
    return ~pl.col("churns") | (month < pl.col("left")) | is_back


def _bills(people: pl.DataFrame, *, month: int, year: int, dice: Dice) -> pl.DataFrame:
    count = people.height
    spend = pl.col("spend") * _level(month) * (0.85 + 0.3 * pl.lit(dice.fractions(count)))
    is_silent = (pl.col("silent_from") <= month) & (pl.col("silent_from") + LONGEST_FALL > month)
    minutes = spend / 100 * (1.6 + pl.lit(dice.fractions(count)))
    silent_minutes = pl.lit(dice.whole(count, below=6)).cast(pl.Float64)
    return people.select(
        客户编号=customer_number(pl.col("number")),
        账期=pl.lit(f"{year}-{month:02d}"),
        消费金额=spend.cast(pl.Int64).cast(pl.Decimal(18, 2)) / 100,
        通话分钟=pl.when(is_silent.fill_null(value=False))
        .then(silent_minutes)
        .otherwise(minutes)
        .cast(pl.Int64),
        账户余额=pl.lit(dice.whole(count, below=300)),
        套餐=pl.col("brand").replace_strict(PLANS),
    )


def _level(month: int) -> pl.Expr:
    """How much of the usual is spent in a month."""
    fallen = (month - pl.col("falls_from") + 1).clip(0, LONGEST_FALL).fill_null(0)
    # Whoever stays comes back to the usual after some months.
    is_over = (pl.col("falls_from") + LONGEST_FALL <= month).fill_null(value=False) & pl.col("left").is_null()
    falling = pl.when(is_over).then(1.0).otherwise(pl.lit(FALL).pow(fallen))
    lowered = (pl.col("left") < month).fill_null(value=False) & ~pl.col("churns")
    return (
        SEASON[month - 1]
        * falling
        * pl.when(pl.col("joined") > month).then(BEFORE_JOINING).otherwise(1.0)
        * pl.when(lowered).then(AFTER_LOWERING).otherwise(1.0)
    )
