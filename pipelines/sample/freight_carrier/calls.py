"""The telephone system's export: a row per call, durations in seconds, empty where it never got that far."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import written
from pipelines.sample.freight_carrier.hotline import (
    ABANDONED,
    ANSWERED,
    CHUNK,
    MONTHS,
    SELF_SERVED,
    month_of_calls,
    staff_calls,
)
from pipelines.sample.freight_carrier.network import AGENTS, INTERNAL_AGENTS, officers, store_of
from pipelines.sample.freight_carrier.shippers import customer_number
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request

PURPOSES = {"查单": 0.46, "催件": 0.22, "咨询价格": 0.12, "网点查询": 0.08, "理赔进度": 0.07, "改单": 0.05}
SECOND_PURPOSES = {"催件": 0.4, "查单": 0.3, "理赔进度": 0.2, "咨询价格": 0.1}
RATINGS = {"5": 0.66, "4": 0.17, "3": 0.09, "2": 0.04, "1": 0.04}
TEST_CALLS = 1
"""Calls of the telephone engineers in each month, which are no customer's: the mapping rejects them."""
PRINTED = (
    "流水号",
    "呼入时间",
    "入库时间",
    "被叫号码",
    "技能组",
    "结果",
    "客户编号",
    "始发网点",
    "投诉键",
    "IVR秒",
    "排队秒",
    "振铃秒",
    "工号",
    "通话秒",
    "保持秒",
    "话后秒",
    "来电目的1",
    "来电目的2",
    "订单号",
    "评分",
)


def call_frames(request: Request) -> Iterator[pl.DataFrame]:
    """The hotline's calls and those of the staff's own, month after month."""
    for month in MONTHS:
        calls = month_of_calls(request, month)
        for place, part in enumerate(calls.iter_slices(CHUNK)):
            yield _printed(_of_customers(part, dice=request.dice("freight_carrier", "call", month, place)))
        dice = request.dice("freight_carrier", "staff_call", month)
        yield _printed(_of_staff(staff_calls(request, month), dice=dice))
        yield _printed(_tests(calls.head(TEST_CALLS), dice=dice))


def _of_customers(calls: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    count = calls.height
    purpose = dice.picks(count, PURPOSES)
    return _course(calls, dice=dice, agents=officers(count, letter="A", of=AGENTS, dice=dice)).with_columns(
        pl.lit("4008xxxx30").alias("被叫号码"),
        _group(dice.chances(count, share=0.02)).alias("技能组"),
        pl.when("is_known").then(customer_number(pl.col("customer"))).alias("客户编号"),
        store_of(pl.col("customer")).alias("始发网点"),
        pl.when("pressed").then(pl.lit("Y")).otherwise(pl.lit("N")).alias("投诉键"),
        pl.when("is_order")
        .then(pl.lit("下单"))
        .when("pressed")
        .then(pl.lit("投诉"))
        .otherwise(purpose)
        .alias("来电目的1"),
        pl.when(pl.lit(dice.chances(count, share=0.14)))
        .then(pl.lit(dice.picks(count, SECOND_PURPOSES)))
        .alias("来电目的2"),
        pl.when("is_order").then(order_number(pl.col("number"))).alias("订单号"),
        pl.when(pl.lit(dice.chances(count, share=0.16)))
        .then(pl.lit(dice.picks(count, RATINGS)))
        .alias("评分"),
    )


def _group(wants_price: pl.Series) -> pl.Expr:
    """The queue: some who only ask, or give up, are in that of orders too."""
    return (
        pl.when("pressed")
        .then(pl.lit("投诉"))
        .when(pl.col("is_order") | pl.lit(wants_price))
        .then(pl.lit("下单"))
        .otherwise(pl.lit("查询"))
    )


def order_number(call_number: pl.Expr) -> pl.Expr:
    """The number of the order that was made in a call."""
    return "DD" + call_number


def _of_staff(calls: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    count = calls.height
    course = _course(calls, dice=dice, agents=officers(count, letter="N", of=INTERNAL_AGENTS, dice=dice))
    return _bare(course, number="内线8100", group="内部")


def _tests(calls: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    course = _course(calls, dice=dice, agents=officers(calls.height, letter="A", of=AGENTS, dice=dice))
    return _bare(course.with_columns(("T" + pl.col("number")).alias("number")), number="0000", group="测试")


def _bare(course: pl.DataFrame, *, number: str, group: str) -> pl.DataFrame:
    nothing = pl.lit(None, dtype=pl.String)
    return course.with_columns(
        pl.lit(number).alias("被叫号码"),
        pl.lit(group).alias("技能组"),
        pl.lit("N").alias("投诉键"),
        *(
            nothing.alias(name)
            for name in ("客户编号", "始发网点", "来电目的1", "来电目的2", "订单号", "评分")
        ),
    )


def _course(calls: pl.DataFrame, *, dice: Dice, agents: pl.Series) -> pl.DataFrame:
    """The seconds of each part of the call, and who took it."""
    count = calls.height
    waited = dice.durations(count, mean=38.0).zip_with(
        dice.chances(count, share=0.45), pl.zeros(count, dtype=pl.Int64, eager=True)
    )
    return calls.with_columns(
        entered(calls["came_at"], dice=dice, late=0.01, days=3).alias("入库时间"),
        dice.durations(count, mean=14.0).alias("IVR秒"),
        pl.when(pl.col("result") == ABANDONED)
        .then(pl.lit(waited + 8))
        .otherwise(pl.lit(waited))
        .alias("排队秒"),
        dice.durations(count, mean=3.0).alias("振铃秒"),
        agents.alias("工号"),
        (dice.durations(count, mean=160.0) + 8).alias("通话秒"),
        dice.durations(count, mean=7.0).alias("保持秒"),
        dice.durations(count, mean=35.0).alias("话后秒"),
    )


def _printed(course: pl.DataFrame) -> pl.DataFrame:
    """Cells are empty where nobody answered, or nobody waited."""
    only_answered = ("振铃秒", "工号", "通话秒", "保持秒", "话后秒", "来电目的1", "来电目的2", "评分")
    return course.with_columns(
        pl.col("number").alias("流水号"),
        written(pl.col("came_at")).alias("呼入时间"),
        written(pl.col("入库时间")).alias("入库时间"),
        pl.col("result").alias("结果"),
        pl.when(pl.col("result") != SELF_SERVED).then("排队秒").alias("排队秒"),
        *(pl.when(pl.col("result") == ANSWERED).then(name).alias(name) for name in only_answered),
    ).select(PRINTED)
