"""Claims: what was reported by phone and who was sent, one row per report, as the claims system prints it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.insurer_hotline.calls import call_code, calls, claim_code
from pipelines.sample.insurer_hotline.counts import RESPONSE_MS, SPOILT_CLAIMS
from pipelines.sample.insurer_hotline.customers import customer_code, tier_of
from pipelines.sample.insurer_hotline.stretches import Stretch, over_stretches, stretches
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request

CAUSES = {
    "motor": {"碰撞": 0.62, "刮擦": 0.2, "玻璃破碎": 0.06, "盗抢": 0.02, "水淹": 0.05, "自燃": 0.05},
    "personal": {"意外伤害": 0.7, "疾病": 0.3},
    "property": {"火灾": 0.3, "水损": 0.4, "盗窃": 0.3},
}
YUAN = {"motor_compulsory": 2_100.0, "motor_commercial": 4_800.0, "personal": 6_500.0, "property": 18_000.0}
"""Mean of what is claimed, by line."""
SHOPS = {
    "volkswagen": ("S01", "S02"),
    "toyota": ("S03",),
    "hyundai": ("S04",),
    "ford": ("S05",),
    "geely": ("S06",),
}
"""Six repair shops, which from April on get the cars of their brand."""
ROUTED_FROM = 4
SURVEYORS = 60


@dataclass(frozen=True, kw_only=True)
class Reported:
    """The claims reported in a stretch of days: [claim, call, at, line, city, customer, amount]."""

    stretch: Stretch
    rows: pl.DataFrame


def reported(request: Request) -> Iterator[Reported]:
    """Stretch by stretch, the claims in the order of their reports."""
    for stretch, happened in calls(request):
        dice = request.dice("claims", stretch.number)
        rows = happened.filter("is_report").select(
            "claim",
            "line",
            "city",
            "customer",
            call="number",
            at=pl.col("answered").dt.truncate("1s") + pl.duration(seconds=40),
        )
        yield Reported(stretch=stretch, rows=rows.with_columns(amount=_amounts(rows["line"], dice=dice)))


def claim_rows(request: Request) -> Iterator[pl.DataFrame]:
    """The file: every report, and a few rows that somebody spoilt."""
    among = stretches(request)
    spoilt = over_stretches(request.scaled(SPOILT_CLAIMS), among, lambda part: part.claims)
    for one, number in zip(reported(request), spoilt, strict=True):
        printed = _printed(one, dice=request.dice("claims", "sent", one.stretch.number))
        yield pl.concat([printed, _spoilt(printed.head(number))])


def _amounts(lines: pl.Series, *, dice: Dice) -> pl.Series:
    """Yuan claimed, in whole tens: many small ones, few large."""
    drawn = dice.durations(lines.len(), mean=1_000.0) / 1_000
    mean = lines.replace_strict(list(YUAN), list(YUAN.values()), return_dtype=pl.Float64)
    return (mean * drawn * (0.5 + drawn / 2) / 10).round().cast(pl.Int64) * 10 + 100


def _printed(one: Reported, *, dice: Dice) -> pl.DataFrame:
    rows, count = one.rows, one.rows.height
    is_motor = rows["line"].str.starts_with("motor")
    brand = dice.picks(count, {"volkswagen": 0.3, "toyota": 0.2, "hyundai": 0.2, "ford": 0.15, "geely": 0.15})
    drawn = rows.with_columns(
        cause=_causes(rows["line"], dice=dice),
        lag=dice.durations(count, mean=0.6),
        response=dice.parts(count, total=RESPONSE_MS * count, least=3_000),
        surveyor="K" + (1 + dice.whole(count, below=SURVEYORS)).cast(pl.String).str.zfill(3),
        brand=brand.zip_with(is_motor, pl.Series([None], dtype=pl.String).new_from_index(0, count)),
        shop=_shops(brand, on=one.stretch.days[0], dice=dice),
        entered=entered(rows["at"], dice=dice, late=0.04),
    )
    return drawn.select(_columns())


def _columns() -> list[pl.Expr]:
    return [
        claim_code(pl.col("claim")).alias("报案号"),
        pl.col("at").alias("报案时间"),
        pl.col("line").alias("险种"),
        pl.lit("电话").alias("报案渠道"),
        pl.col("cause").alias("出险原因"),
        (pl.col("at").dt.date() - pl.duration(days="lag")).dt.strftime("%Y/%m/%d").alias("出险日期"),
        pl.col("amount").alias("报损金额"),
        call_code(pl.col("call")).alias("来电流水号"),
        customer_code("customer").alias("客户号"),
        tier_of("customer").alias("客户等级"),
        pl.col("city").alias("机构"),
        pl.col("response").alias("调度响应毫秒"),
        pl.col("surveyor").alias("查勘员"),
        pl.col("brand").alias("品牌"),
        pl.when(pl.col("brand").is_not_null()).then("shop").alias("修理厂"),
        pl.col("entered").alias("录入时间"),
    ]


def _causes(lines: pl.Series, *, dice: Dice) -> pl.Series:
    kind = lines.str.split("_").list.first()
    drawn = {name: dice.picks(lines.len(), causes) for name, causes in CAUSES.items()}
    return (
        pl.DataFrame({"kind": kind, **drawn})
        .select(
            pl.when(pl.col("kind") == "motor")
            .then("motor")
            .when(pl.col("kind") == "personal")
            .then("personal")
            .otherwise("property")
        )
        .to_series()
    )


def _shops(brand: pl.Series, *, on: date, dice: Dice) -> pl.Series:
    """By the policy of the month: a shop of the brand for nine in ten; before it, any shop or none."""
    every = [shop for shops in SHOPS.values() for shop in shops]
    anywhere = dice.picks(brand.len(), dict.fromkeys([*every, ""], 1.0))
    own = pl.DataFrame({"brand": brand, "n": dice.whole(brand.len(), below=2)}).select(
        pl.col("brand")
        .replace_strict(
            {name: list(shops * 2)[:2] for name, shops in SHOPS.items()}, return_dtype=pl.List(pl.String)
        )
        .list.get(pl.col("n"))
    )
    is_routed = dice.chances(brand.len(), share=0.9 if on.month >= ROUTED_FROM else 0.25)
    return own.to_series().zip_with(is_routed, anywhere)


def _spoilt(like: pl.DataFrame) -> pl.DataFrame:
    """Rows typed by hand when the system was down: no number, or a day that never was."""
    blank = pl.int_range(pl.len()) % 2 == 0
    return like.with_columns(
        报案号=pl.when(blank).then(pl.lit("")).otherwise(pl.concat_str(pl.lit("补"), "报案号")),
        出险日期=pl.when(blank).then("出险日期").otherwise(pl.lit("2月30日")),
    )
