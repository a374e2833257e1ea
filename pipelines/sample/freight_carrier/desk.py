"""The complaint desk's exports: cases as they were filed, and the log of everything done about them."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import written
from pipelines.sample.freight_carrier.courses import with_courses
from pipelines.sample.freight_carrier.shippers import customer_number
from pipelines.sample.people import names
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request

CHUNK = 20_000
STORIES = {
    "货物七天未到, 多次催促无果": 0.4,
    '网点答复"正在核实", 之后再无回音': 0.3,
    "外包装破损\n要求赔偿": 0.3,
}
TOLD_SHARE = 0.15
UNUSABLE = 3
"""Lines without a number, which somebody began and never finished."""


class Step(NamedTuple):
    """One kind of entry in the log: its word, the moment, and what else is entered."""

    action: str
    at: str
    columns: Mapping[str, str | pl.Expr] = MappingProxyType({})


UNIT = pl.when(pl.col("handed_over").is_not_null()).then("depot").otherwise("store")
IS_DEPOT = pl.col("handed_over").is_not_null()
FIRST_LEVEL = pl.when(IS_DEPOT).then(pl.lit("枢纽经理")).otherwise(pl.lit("路区经理"))
LEVEL_UNSOLVED = (
    pl.when(pl.col("escalated").is_not_null())
    .then(pl.lit("大区总经理"))
    .when(IS_DEPOT)
    .then(pl.lit("枢纽调度"))
    .otherwise(pl.lit("营业部经理"))
)
RETURNED = pl.when(pl.col("replied_again").is_not_null()).then(pl.lit("退回")).otherwise(pl.lit("通过"))


def said(reached: str, content: str | None = None) -> pl.Expr:
    """What a call to the customer brought."""
    yes = (
        pl.lit("已解决")
        if content is None
        else pl.when(content).then(pl.lit("已解决")).otherwise(pl.lit("未解决"))
    )
    return pl.when(reached).then(yes).otherwise(pl.lit("未接通"))


STEPS = (
    Step("派单", "assigned", {"处理单位": "store", "要求完成": "due"}),
    Step("转办", "handed_over", {"处理单位": "depot"}),
    Step("升级", "escalated", {"处理单位": UNIT, "升级层级": FIRST_LEVEL, "结果": pl.lit("未予解决")}),
    Step("回复", "replied", {"处理单位": UNIT}),
    Step("审核", "reviewed", {"结果": RETURNED}),
    Step("回复", "replied_again", {"处理单位": UNIT}),
    Step("审核", "reviewed_again", {"结果": pl.lit("通过")}),
    Step("承诺", "promised", {"要求完成": "solution_due"}),
    Step(
        "升级",
        "escalated_unsolved",
        {"处理单位": UNIT, "升级层级": LEVEL_UNSOLVED, "结果": pl.lit("超时未解决")},
    ),
    Step("解决", "resolved", {"结果": "outcome"}),
    Step("回访", "asked_1", {"结果": said("reached_1", "content_1")}),
    Step("重启", "reopened"),
    Step("解决", "resolved_again", {"结果": pl.lit("补充赔偿")}),
    Step("回访", "asked_2", {"结果": said("reached_2")}),
    Step("回访", "asked_3", {"结果": pl.lit("已解决")}),
    Step("关闭", "closed"),
    Step("处罚", "fined", {"处理单位": UNIT, "结果": "enforced", "金额": "fine"}),
)
NOTED = ("处理单位", "要求完成", "升级层级", "结果", "金额")


def case_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Cases as they were taken down."""
    dice = request.dice("freight_carrier", "case_list")
    for part in with_courses(request).iter_slices(CHUNK):
        yield case_list(part, dice=dice)
    yield case_list(with_courses(request).head(UNUSABLE), dice=dice).with_columns(
        工单编号=pl.lit(None, pl.String)
    )


def case_list(cases: pl.DataFrame, *, dice: Dice) -> pl.DataFrame:
    """The desk's list of some cases."""
    count = cases.height
    story = names(count, dice=dice) + "：" + dice.picks(count, STORIES)
    return cases.select(
        pl.col("number").alias("工单编号"),
        written(pl.col("filed_at")).alias("受理时间"),
        written(pl.lit(entered(cases["filed_at"], dice=dice))).alias("录入时间"),
        pl.col("channel").alias("受理渠道"),
        pl.when("is_known").then(customer_number(pl.col("customer"))).alias("客户编号"),
        pl.col("call").alias("来电流水号"),
        pl.col("matter").alias("投诉类别"),
        pl.col("store").alias("被投诉网点"),
        ("Y" + pl.lit(dice.whole(count, below=10_000_000)).cast(pl.String).str.zfill(9)).alias("运单号"),
        pl.when(pl.lit(dice.chances(count, share=TOLD_SHARE))).then(pl.lit(story)).alias("投诉内容"),
    )


def action_frames(request: Request) -> Iterator[pl.DataFrame]:
    """One row per entry of the log, by case and time."""
    dice = request.dice("freight_carrier", "actions")
    for part in with_courses(request).iter_slices(CHUNK):
        log = pl.concat([_entries(part, step) for step in STEPS]).sort(
            "工单编号", "发生时间", maintain_order=True
        )
        yield log.with_columns(
            written(pl.col("发生时间", "要求完成")),
            written(pl.lit(entered(log["发生时间"], dice=dice, late=0.03, days=4))).alias("录入时间"),
        )


def _entries(cases: pl.DataFrame, step: Step) -> pl.DataFrame:
    nothing = {
        name: pl.lit(
            None, pl.Int64 if name == "金额" else pl.Datetime("us") if name == "要求完成" else pl.String
        )
        for name in NOTED
    }
    noted = nothing | {name: pl.col(of) if isinstance(of, str) else of for name, of in step.columns.items()}
    return cases.filter(pl.col(step.at).is_not_null()).select(
        工单编号="number",
        动作=pl.lit(step.action),
        发生时间=pl.col(step.at),
        **noted,
    )
