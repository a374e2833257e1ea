"""A made-up complaint desk's export: one row per case with everything that has happened to it so far."""

import polars as pl

from pipelines.demo.calls import UNITS
from pipelines.demo.dice import Dice

CALLS_PER_COMPLAINT = 50

CHANNELS = {"hotline": 0.7, "12378": 0.05, "headquarters": 0.05, "walk_in": 0.08, "online": 0.12}
CATEGORIES = {
    "late_delivery": 0.35,
    "claim_settlement": 0.25,
    "service_attitude": 0.15,
    "loss_damage": 0.15,
    "privacy": 0.1,
}
PARTIES = {"operations": 0.6, "sales": 0.3, "group": 0.1}
LEVELS = {"region": 0.7, "business_unit": 0.25, "vice_president": 0.05}
OUTCOMES = {"apology": 0.5, "compensation": 0.3, "redelivery": 0.1, "explanation": 0.1}
SURNAMES = {"王": 0.2, "李": 0.2, "张": 0.2, "刘": 0.1, "陈": 0.1, "赵": 0.1, "欧阳": 0.1}
STORIES = {
    '称"三天还没送到", 要求解释': 0.4,
    "对理赔金额不认可, 电话 13800000000": 0.3,
    "反映坐席态度差\n要求回电": 0.3,
}

HOUR, DAY = 3600.0, 86_400.0

HAPPENED = {
    "受理时间": "filed",
    "派发时间": "assigned",
    "时限": "due",
    "回复时间": "replied",
    "promised_at": "promised",
    "升级时间": "escalated",
    "办结时间": "resolved",
    "回访1时间": "asked",
    "回访2时间": "asked_again",
    "结案时间": "closed",
    "定责时间": "attributed",
}
"""Columns of the export and what of the course each prints."""


def make_complaints(calls: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    """Cases that followed from some of the calls; times local, empty where it has not happened."""
    known = calls.filter(pl.col("客户号").is_not_null())
    count = min(max(calls.height // CALLS_PER_COMPLAINT, 1), known.height)
    places = (dice.fractions(count).sort() * known.height).cast(pl.Int64)
    picked = known.select("流水号", "呼入时间", "险种", "机构", "客户号", "客户等级").with_row_index()
    chosen = pl.DataFrame({"index": places.cast(pl.UInt32)}).join(picked, on="index", maintain_order="left")
    told = chosen.with_columns(filed=pl.col("呼入时间").str.to_datetime("%Y-%m-%d %H:%M:%S"))
    return _printed(_course(_case(told, dice=dice), dice=dice))


def _case(told: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    count = told.height
    number = pl.int_range(1, count + 1, eager=True).cast(pl.String).str.zfill(6)
    return told.with_columns(
        ("TS" + number).alias("投诉编号"),
        dice.picks(count, CHANNELS).alias("渠道"),
        dice.picks(count, CATEGORIES).alias("category"),
        dice.picks(count, UNITS).alias("责任机构"),
        ("客户" + dice.picks(count, SURNAMES) + dice.picks(count, {"女士": 0.5, "先生": 0.5})).alias("who"),
        dice.picks(count, STORIES).alias("story"),
        dice.picks(count, OUTCOMES).alias("处理结果"),
        dice.picks(count, LEVELS).alias("升级层级"),
        dice.picks(count, PARTIES).alias("责任方1"),
        dice.picks(count, PARTIES).alias("责任方2"),
        (dice.choices(count, weights=[7, 1, 2]) * 200_000).cast(pl.Int64).alias("second_share"),
    )


def _course(case: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    """When what happened, each some time after what came before it."""
    count = case.height

    def later(mean: float) -> pl.Expr:
        return pl.duration(seconds=pl.lit(dice.durations(count, mean=mean)) + 60)

    def some(share: float, moment: pl.Expr) -> pl.Expr:
        return pl.when(pl.lit(dice.chances(count, share=share))).then(moment)

    return (
        case.with_columns(assigned=pl.col("filed") + later(HOUR / 2))
        .with_columns(
            due=pl.col("assigned") + pl.duration(hours=24),
            replied=some(0.95, pl.col("assigned") + later(10 * HOUR)),
            escalated=some(0.12, pl.col("assigned") + later(5 * HOUR)),
        )
        .with_columns(
            promised=some(0.3, pl.col("replied")),
            resolved=some(0.95, pl.col("replied") + later(12 * HOUR)),
            attributed=some(0.6, pl.col("replied") + later(2 * DAY)),
        )
        .with_columns(
            asked=pl.col("resolved") + later(DAY), is_reached=pl.lit(dice.chances(count, share=0.85))
        )
        .with_columns(is_content=pl.lit(dice.chances(count, share=0.85)) & pl.col("is_reached"))
        .with_columns(asked_again=pl.when(~pl.col("is_content")).then(pl.col("asked") + later(2 * DAY)))
        .with_columns(closed=pl.coalesce("asked_again", "asked") + pl.duration(minutes=1))
    )


def _printed(case: pl.DataFrame) -> pl.DataFrame:
    yes = {True: "Y", False: "N"}
    return case.select(
        "投诉编号",
        "渠道",
        "category",
        "险种",
        "客户号",
        "客户等级",
        "机构",
        pl.col("流水号").alias("来电流水号"),
        pl.concat_str("who", "story").alias("诉求内容"),
        "责任机构",
        *(pl.col(source).dt.strftime("%Y-%m-%d %H:%M:%S").alias(name) for name, source in HAPPENED.items()),
        _if("escalated", "升级层级"),
        _if("resolved", "处理结果"),
        pl.when(pl.col("asked").is_not_null())
        .then(pl.col("is_reached").replace_strict(yes))
        .alias("回访1接通"),
        pl.when(pl.col("asked").is_not_null() & pl.col("is_reached"))
        .then(pl.col("is_content").replace_strict(yes))
        .alias("回访1满意"),
        _if("attributed", "责任方1"),
        pl.when(pl.col("attributed").is_not_null())
        .then(1_000_000 - pl.col("second_share"))
        .alias("责任比例1"),
        pl.when(_has_second()).then("责任方2").alias("责任方2"),
        pl.when(_has_second()).then("second_share").alias("责任比例2"),
    )


def _has_second() -> pl.Expr:
    return pl.col("attributed").is_not_null() & (pl.col("second_share") > 0)


def _if(moment: str, column: str) -> pl.Expr:
    return pl.when(pl.col(moment).is_not_null()).then(pl.col(column)).alias(column)
