"""Petitions and complaints: the complaint desk's list, one row per case with all that has happened to it."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.insurer_hotline.calls import call_code, calls
from pipelines.sample.insurer_hotline.counts import (
    COMPLAINTS,
    IN_PROGRESS,
    PENALISED,
    PETITIONS,
    REGULATOR_OUTCOMES,
)
from pipelines.sample.insurer_hotline.staff import agent_code
from pipelines.sample.insurer_hotline.stretches import HOTLINE, days_of, over_stretches, stretches
from pipelines.sample.insurer_hotline.units import PROVINCE, pick_cities
from pipelines.sample.people import names, phones
from pipelines.sample.profiles import entered, moments, over_days
from pipelines.sample.request import Request
from pipelines.sample.shares import laid, shared_by_name

CATEGORIES = {"理赔金额": 0.34, "理赔时效": 0.3, "服务态度": 0.16, "承保信息": 0.12, "其他": 0.08}
STORIES = {
    "称定损价格低于修理厂报价, 要求重新核价": 0.4,
    '称材料交齐"半个月"仍未付款': 0.35,
    "反映查勘员态度生硬\n要求回电道歉": 0.25,
}
OUTCOMES = {"apology": 0.35, "payment": 0.35, "explanation": 0.3}
DAYS_TO_CLOSE = 9
PHONES = 9_000_000
"""Numbers from here on belong to people who complained."""


def petition_rows(request: Request) -> Iterator[pl.DataFrame]:
    """The file; it is small at any scale that a year of calls is."""
    cases = pl.concat([_by_phone(request), *_elsewhere(request)]).sort("filed", "channel")
    dice = request.dice("petitions")
    drawn = _course(_case(cases, dice=dice, request=request), dice=dice, request=request)
    yield _printed(drawn, dice=dice)


def _by_phone(request: Request) -> pl.DataFrame:
    """Most complaint calls became a case; the others were about one that there was already."""
    wanted = request.scaled_parts(PETITIONS)["hotline"]
    among = stretches(request)
    heard = [sum(part.kinds[kind] for kind in COMPLAINTS) for part in among]
    filed = over_stretches(min(wanted, sum(heard)), among, lambda part: heard[part.number])
    parts = []
    for (stretch, happened), count in zip(calls(request), filed, strict=True):
        complaints = happened.filter(pl.col("kind").is_in(COMPLAINTS))
        dice = request.dice("petitions", stretch.number)
        chosen = complaints.filter(dice.exactly(complaints.height, chosen=count))
        parts.append(chosen.select(filed="answered", channel=pl.lit("hotline"), city="city", call="number"))
    return pl.concat(parts)


def _elsewhere(request: Request) -> Iterator[pl.DataFrame]:
    days = days_of(request.year)
    for channel in ("regulator", "headquarters"):
        dice = request.dice("petitions", channel)
        count = request.scaled_parts(PETITIONS)[channel]
        filed = moments(days, over_days(count, days, profile=HOTLINE, dice=dice), profile=HOTLINE, dice=dice)
        yield pl.DataFrame({"filed": filed}).select(
            "filed",
            channel=pl.lit(channel),
            city=pl.lit(pick_cities(count, dice=dice)),
            call=pl.lit(None, pl.Int64),
        )


def _case(cases: pl.DataFrame, *, dice: Dice, request: Request) -> pl.DataFrame:
    count = cases.height
    is_regulator = cases["channel"] == "regulator"
    outcomes = shared_by_name(int(is_regulator.sum()), REGULATOR_OUTCOMES)
    penalised = dice.exactly(count, chosen=min(request.scaled(PENALISED), count))
    blamed = agent_code(1 + dice.whole(count, below=4))
    return cases.with_columns(
        number=pl.int_range(1, count + 1, eager=True),
        category=dice.picks(count, CATEGORIES),
        who=names(count, dice=dice),
        phone=phones(PHONES + dice.whole(count, below=max(count * 4 // 5, 1))),
        story=dice.picks(count, STORIES),
        outcome=dice.picks(count, OUTCOMES),
        ruling=laid(is_regulator, dice.dealt(outcomes)),
        blamed=laid(penalised, blamed.filter(penalised)),
        is_reached=dice.chances(count, share=0.9),
        is_open=pl.int_range(count, eager=True) >= count - min(request.scaled(IN_PROGRESS), count),
    )


def _course(case: pl.DataFrame, *, dice: Dice, request: Request) -> pl.DataFrame:
    """When what happened: everything in the year, one after the other, but for the case still open."""
    room = pl.min_horizontal(
        pl.datetime(request.year + 1, 1, 1) - pl.col("filed"), pl.duration(days=DAYS_TO_CLOSE)
    )
    length = 0.2 + 0.75 * dice.fractions(case.height)
    steps = {"assigned": 0.03, "replied": 0.5, "resolved": 0.8, "asked": 0.93, "closed": 0.99}
    done = pl.when(~pl.col("is_open"))
    moments_of = {
        name: (pl.col("filed") + room * pl.lit(length) * part).dt.truncate("1s")
        for name, part in steps.items()
    }
    early = {name: moment for name, moment in moments_of.items() if name == "assigned"}
    late = {name: done.then(moment) for name, moment in moments_of.items() if name != "assigned"}
    return case.with_columns(**early, **late, due=pl.col("filed") + pl.duration(days=5))


def _printed(case: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    done = pl.when(~pl.col("is_open"))
    return case.select(
        pl.concat_str(pl.lit("XF"), pl.col("number").cast(pl.String).str.zfill(5)).alias("信访编号"),
        pl.col("channel").replace_strict(CHANNELS).alias("渠道"),
        pl.col("category").alias("诉求类别"),
        pl.col("phone").alias("联系电话"),
        pl.col("city").alias("机构"),
        call_code(pl.col("call")).alias("来电流水号"),
        pl.concat_str("who", pl.lit(": "), "story").alias("诉求内容"),
        pl.lit(PROVINCE).alias("承办机构"),
        pl.col("filed").dt.truncate("1s").alias("受理时间"),
        pl.col("assigned").alias("派发时间"),
        pl.col("due").alias("时限"),
        pl.col("replied").alias("回复时间"),
        pl.col("resolved").alias("办结时间"),
        done.then(pl.coalesce("ruling", "outcome")).alias("处理结果"),
        done.then("ruling").alias("监管意见"),
        pl.col("asked").alias("回访时间"),
        done.then(pl.when("is_reached").then(pl.lit("是")).otherwise(pl.lit("否"))).alias("回访接通"),
        pl.col("closed").alias("结案时间"),
        done.then("blamed").alias("处罚人员"),
        done.then(pl.when(pl.col("blamed").is_not_null()).then(pl.lit(200))).alias("处罚金额"),
        entered(case["filed"].dt.truncate("1s"), dice=dice, late=0.2, days=5).alias("录入时间"),
    )


CHANNELS = {"hotline": "热线", "regulator": "12378", "headquarters": "总公司"}
