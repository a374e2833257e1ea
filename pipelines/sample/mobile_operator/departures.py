"""Who left, with the reason that somebody noted, and who came back; and the warnings that went before."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import DAY, some_time
from pipelines.sample.mobile_operator.population import LAST, population
from pipelines.sample.mobile_operator.telling import customer_number, in_month, with_entry
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request

CHUNK = 100_000
OTHER_REASONS = {"资费": 0.3, "网络": 0.2, "服务": 0.1, "搬迁": 0.2, "不详": 0.2}
NOTED_RIGHT = 0.75
TO_COMPETITOR = 0.55
WARNED, ACTED = 0.6, 0.85
ACTIONS = {"赠送话费": 0.4, "套餐优化": 0.35, "上门拜访": 0.1, "续约优惠": 0.15}
OUTCOMES = {"接受": 0.45, "考虑": 0.3, "拒绝": 0.15, "未接通": 0.1}


def departure_frames(request: Request) -> Iterator[pl.DataFrame]:
    """One line per departure and return."""
    for place, people in enumerate(population(request).filter("churns").iter_slices(CHUNK)):
        dice = request.dice("mobile_operator", "departures", place)
        rows = pl.concat([_left(people, request.year, dice=dice), _back(people, request.year, dice=dice)])
        yield with_entry(rows, "发生时间", dice=dice, late=0.08)


def _left(people: pl.DataFrame, year: int, *, dice: Dice) -> pl.DataFrame:
    count = people.height
    other = pl.lit(dice.picks(count, OTHER_REASONS))
    known = (
        pl.when((pl.col("complains_in") < pl.col("left")) & pl.col("is_open"))
        .then(pl.lit("服务"))
        .when(pl.col("ends_in").is_not_null())
        .then(pl.lit("合约到期"))
        .when(pl.col("falls_from").is_not_null())
        .then(pl.lit("资费"))
        .otherwise(other)
    )
    return people.select(
        客户编号=customer_number(pl.col("number")),
        类型=pl.lit("离网"),
        发生时间=in_month(pl.col("left"), year=year, count=count, dice=dice),
        原因=pl.when(pl.lit(dice.chances(count, share=NOTED_RIGHT))).then(known).otherwise(other),
        去向=pl.when(pl.lit(dice.chances(count, share=TO_COMPETITOR)))
        .then(pl.lit("异网"))
        .otherwise(pl.lit("不详")),
    )


def _back(people: pl.DataFrame, year: int, *, dice: Dice) -> pl.DataFrame:
    back = people.filter(pl.col("back").is_not_null())
    return back.select(
        客户编号=customer_number(pl.col("number")),
        类型=pl.lit("回归"),
        发生时间=in_month(pl.col("back"), year=year, count=back.height, dice=dice),
        原因=pl.lit(None, pl.String),
        去向=pl.lit(None, pl.String),
    )


def warning_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Warnings of customers at risk, in the month after the sign, and what was done."""
    for place, people in enumerate(population(request).iter_slices(CHUNK)):
        dice = request.dice("mobile_operator", "warnings", place)
        warned = pl.concat(
            [
                _warned(people, "消费下降", month=pl.col("falls_from") + 1, dice=dice),
                _warned(people, "静默", month=pl.col("silent_from") + 1, dice=dice),
                _warned(people, "合约到期", month=pl.col("ends_in") - 1, dice=dice),
                _warned(people, "投诉未决", month=pl.col("complains_in") + 1, dice=dice),
            ]
        )
        yield _acted(warned, request.year, dice=dice)


def _warned(people: pl.DataFrame, kind: str, *, month: pl.Expr, dice: Dice) -> pl.DataFrame:
    """Somebody who has left by then is warned of no more."""
    is_here = pl.col("left").is_null() | (month < pl.col("left"))
    in_time = (month >= 1) & (month <= LAST) & is_here
    return people.filter(in_time, pl.lit(dice.chances(people.height, share=WARNED))).select(
        "number", month=month, kind=pl.lit(kind)
    )


def _acted(warned: pl.DataFrame, year: int, *, dice: Dice) -> pl.DataFrame:
    count = warned.height
    is_acted = pl.lit(dice.chances(count, share=ACTED))
    course = warned.with_columns(
        at=in_month(pl.col("month"), year=year, count=count, dice=dice)
    ).with_columns(acted=pl.when(is_acted).then(pl.col("at") + some_time(count, mean=2.0 * DAY, dice=dice)))
    last = course.select(pl.coalesce("acted", "at")).to_series()
    return course.select(
        客户编号=customer_number(pl.col("number")),
        预警类型="kind",
        预警时间="at",
        处理时限=pl.col("at") + pl.duration(days=5),
        处理时间="acted",
        处理方式=pl.when(pl.col("acted").is_not_null()).then(pl.lit(dice.picks(count, ACTIONS))),
        结果=pl.when(pl.col("acted").is_not_null()).then(pl.lit(dice.picks(count, OUTCOMES))),
        更新时间=pl.lit(entered(last, dice=dice, late=0.03, days=4)),
    )
