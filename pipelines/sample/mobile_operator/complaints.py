"""Complaints of the branch's customers: one line per case, with everything that was done about it."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import DAY, HOUR, MINUTE, some_time
from pipelines.sample.mobile_operator.counts import COMPLAINTS, CUSTOMERS, ESCALATED, MONTHS
from pipelines.sample.mobile_operator.network import DEPARTMENTS
from pipelines.sample.mobile_operator.population import STORES, population
from pipelines.sample.mobile_operator.telling import customer_number, in_month, store_code
from pipelines.sample.people import names
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request

CHANNELS = {"10086": 0.72, "营业厅": 0.16, "网站": 0.09, "工信部": 0.03}
MATTERS = {"资费争议": 0.34, "增值业务": 0.26, "网络覆盖": 0.24, "服务态度": 0.1, "宽带故障": 0.06}
STORIES = {"称从未订购该业务, 要求退费": 0.5, '反映家中"有时无信号"': 0.5}
TOLD_SHARE = 0.2
UNUSABLE = 3


def complaint_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Cases in order of filing, exactly so many and so many escalated; the last lines have no time."""
    dice = request.dice("mobile_operator", "complaints")
    people = _complainers(request, dice=dice)
    cases = _course(people, request=request, dice=dice)
    printed = _printed(cases, year=request.year, dice=dice)
    yield printed
    yield printed.head(UNUSABLE).with_columns(
        ("X" + pl.col("投诉编号")).alias("投诉编号"), pl.lit(None, pl.Datetime("us")).alias("受理时间")
    )


def _complainers(request: Request, *, dice: Dice) -> pl.DataFrame:
    """Those of middle and high value who complained, and others of the branch's customers."""
    total = request.scaled(COMPLAINTS)
    own = population(request).filter(pl.col("complains_in").is_not_null()).head(total)
    others = total - own.height
    first, last = population(request).height, request.scaled(CUSTOMERS[0])
    rest = pl.DataFrame(
        {
            "number": first + dice.whole(others, below=max(last - first, 1)),
            "store": dice.whole(others, below=STORES),
            "complains_in": 1 + dice.whole(others, below=len(MONTHS)),
            "is_open": dice.chances(others, share=0.08),
        }
    )
    return pl.concat([own.select(rest.columns), rest])


def _course(people: pl.DataFrame, *, request: Request, dice: Dice) -> pl.DataFrame:
    """When what was done; of a case left open nothing after the reply."""
    count = people.height

    def later(mean: float, *, least: int = MINUTE) -> pl.Expr:
        return some_time(count, mean=mean, dice=dice, least=least)

    closes = ~pl.col("is_open")
    escalated = pl.lit(dice.exactly(count, chosen=min(request.scaled(ESCALATED), count)))
    return (
        people.with_columns(
            filed=in_month(pl.col("complains_in"), year=request.year, count=count, dice=dice),
            department=pl.lit(pl.Series(list(DEPARTMENTS)).gather(dice.whole(count, below=len(DEPARTMENTS)))),
        )
        .with_columns(assigned=pl.col("filed") + later(20 * MINUTE))
        .with_columns(due=pl.col("assigned") + pl.duration(hours=48))
        .with_columns(escalated=pl.when(escalated).then(pl.col("assigned") + later(10 * HOUR)))
        .with_columns(replied=pl.max_horizontal("assigned", "escalated") + later(12 * HOUR))
        .with_columns(resolved=pl.when(closes).then(pl.col("replied") + later(8 * HOUR)))
        .with_columns(asked=pl.col("resolved") + later(1.0 * DAY))
        .with_columns(closed=pl.col("asked") + pl.duration(minutes=3))
        .sort("filed")
    )


def _printed(cases: pl.DataFrame, *, year: int, dice: Dice) -> pl.DataFrame:
    count = cases.height
    running = pl.int_range(1, count + 1, eager=True).cast(pl.String).str.zfill(6)
    story = names(count, dice=dice) + "：" + dice.picks(count, STORIES)
    last = cases.select(pl.coalesce("closed", "replied")).to_series()
    return cases.select(
        投诉编号=f"TS{year % 100:02d}" + pl.lit(running),
        受理时间="filed",
        受理渠道=pl.lit(dice.picks(count, CHANNELS)),
        客户编号=customer_number(pl.col("number")),
        归属营业厅=store_code(pl.col("store")),
        投诉类别=pl.lit(dice.picks(count, MATTERS)),
        投诉内容=pl.when(pl.lit(dice.chances(count, share=TOLD_SHARE))).then(pl.lit(story)),
        责任部门="department",
        派单时间="assigned",
        处理时限="due",
        越级时间="escalated",
        回复时间="replied",
        解决时间="resolved",
        回访时间="asked",
        归档时间="closed",
        更新时间=pl.lit(entered(last, dice=dice, late=0.04, days=5)),
    )
