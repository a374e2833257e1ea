"""Orders by phone: one row per order, by the call in which it was made, with what became of it."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import HOUR, some_time, written
from pipelines.sample.freight_carrier.calls import order_number
from pipelines.sample.freight_carrier.hotline import CHUNK, all_months
from pipelines.sample.freight_carrier.network import store_of
from pipelines.sample.freight_carrier.shippers import customer_number
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request

RETURN_REASONS = {"超区": 0.5, "车辆不足": 0.35, "地址不详": 0.15}
CANCEL_REASONS = {"客户取消": 0.6, "价格": 0.25, "已发他司": 0.15}
UNUSABLE = 2


def order_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Month after month; the last rows lost their call and their time."""
    dice = request.dice("freight_carrier", "orders")
    for month in all_months(request):
        for part in month.filter("is_order").iter_slices(CHUNK):
            yield _orders(part, dice=dice)
    bad = _orders(next(all_months(request)).filter("is_order").head(UNUSABLE), dice=dice)
    yield bad.with_columns(
        ("X" + pl.col("订单号")).alias("订单号"), pl.lit(None, pl.String).alias("下单时间")
    )


def _orders(calls: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    course, count = _course(calls, dice=dice), calls.height
    is_fetched = ~pl.col("is_cancelled")
    paid = pl.col("freight") + pl.lit(dice.whole(count, below=30))
    updated = entered(course["ended"], dice=dice, late=0.01, days=2)
    return course.select(
        order_number(pl.col("number")).alias("订单号"),
        written(pl.col("raised")).alias("下单时间"),
        pl.col("number").alias("来电流水号"),
        customer_number(pl.col("customer")).alias("客户编号"),
        store_of(pl.col("customer")).alias("派单网点"),
        written(pl.col("due")).alias("约定提货时间"),
        pl.col("freight").alias("预估运费"),
        written(pl.col("given")).alias("派单时间"),
        written(pl.col("returned")).alias("退单时间"),
        pl.when("is_returned").then(pl.lit(dice.picks(count, RETURN_REASONS))).alias("退单原因"),
        written(pl.col("given_again")).alias("再派时间"),
        written(pl.when(is_fetched).then("ended")).alias("提货时间"),
        pl.when(is_fetched).then(paid).alias("实际运费"),
        written(pl.when("is_cancelled").then("ended")).alias("取消时间"),
        pl.when("is_cancelled").then(pl.lit(dice.picks(count, CANCEL_REASONS))).alias("取消原因"),
        written(pl.lit(updated)).alias("更新时间"),
    )


def _course(calls: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    """From raising to fetching or cancelling; an order sent back is given again."""
    count = calls.height

    def later(mean: float) -> pl.Expr:
        return some_time(count, mean=mean, dice=dice)

    return (
        calls.with_columns(
            raised=pl.col("came_at") + pl.duration(minutes=2),
            freight=pl.lit(40 + dice.durations(count, mean=180.0)),
            is_cancelled=pl.lit(dice.chances(count, share=0.07)),
            is_returned=pl.lit(dice.chances(count, share=0.04)),
        )
        .with_columns(due=pl.col("raised") + pl.duration(hours=4), given=pl.col("raised") + later(HOUR / 6))
        .with_columns(returned=pl.when("is_returned").then(pl.col("given") + later(HOUR)))
        .with_columns(given_again=pl.col("returned") + later(HOUR / 2))
        .with_columns(ended=pl.coalesce("given_again", "given") + later(1.6 * HOUR))
    )
