"""Complaints by the carrier's own staff about other departments: one row per case."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import DAY, HOUR, MINUTE, seconds, some_time, written
from pipelines.sample.freight_carrier.counts import INTERNAL_COMPLAINTS, RESOLVED_WITHIN_DAY
from pipelines.sample.freight_carrier.hotline import STAFF_HOTLINE
from pipelines.sample.freight_carrier.network import DEPOTS, STORES
from pipelines.sample.profiles import days_between, entered, moments, over_days
from pipelines.sample.request import Request

MATTERS = {"派车延误": 0.3, "错分错发": 0.28, "系统故障": 0.18, "结算差错": 0.14, "物料不足": 0.1}


def staff_complaint_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Cases in order of filing; exactly as many resolved within a day as counted."""
    dice = request.dice("freight_carrier", "staff_complaints")
    count = request.scaled(INTERNAL_COMPLAINTS)
    days = days_between(date(request.year, 1, 1), date(request.year, 6, 30))
    filed = moments(
        days, over_days(count, days, profile=STAFF_HOTLINE, dice=dice), profile=STAFF_HOTLINE, dice=dice
    )
    number = f"NB{request.year % 100:02d}" + pl.int_range(1, count + 1, eager=True).cast(pl.String).str.zfill(
        6
    )
    cases = (
        pl.DataFrame({"编号": number, "filed": filed})
        .with_columns(resolved=pl.col("filed") + seconds(_until_resolved(request, count=count, dice=dice)))
        .with_columns(asked=pl.col("resolved") + some_time(count, mean=3.0 * HOUR, dice=dice))
    )
    yield cases.select(
        "编号",
        written(pl.col("filed")).alias("提出时间"),
        pl.lit(pl.Series(STORES).gather(dice.whole(count, below=len(STORES)))).alias("提出单位"),
        pl.lit(pl.Series(DEPOTS).gather(dice.whole(count, below=len(DEPOTS)))).alias("责任单位"),
        pl.lit(dice.picks(count, MATTERS)).alias("事项"),
        written(pl.col("resolved")).alias("解决时间"),
        written(pl.col("asked")).alias("确认时间"),
        written(pl.lit(entered(cases["asked"], dice=dice, late=0.03, days=4))).alias("更新时间"),
    )


def _until_resolved(request: Request, *, count: int, dice: Dice) -> pl.Series:
    """Seconds: within a day for exactly so many, up to three days for the others."""
    in_time = dice.exactly(count, chosen=request.scaled(RESOLVED_WITHIN_DAY))
    quick = 20 * MINUTE + dice.whole(count, below=DAY - HOUR)
    slow = DAY + MINUTE + dice.whole(count, below=2 * DAY)
    return quick.zip_with(in_time, slow)
