"""What customers said: the mutual evaluation, the survey company's calls, and those who complained."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import DAY, some_time
from pipelines.sample.mobile_operator.counts import (
    COMPLAINT_RATINGS,
    MUTUAL_RATINGS,
    MUTUALLY_SATISFIED,
    REPAIRED,
    SATISFIED_BY_PHONE,
    SATISFIED_WITH_COMPLAINT,
)
from pipelines.sample.mobile_operator.customers import surveyed
from pipelines.sample.mobile_operator.population import askable, population, while_here
from pipelines.sample.mobile_operator.telling import customer_number, in_month, phone_of, with_entry
from pipelines.sample.profiles import entered
from pipelines.sample.request import Request

CHUNK = 100_000
PROCESSES = {"营业厅服务": 0.35, "网络质量": 0.25, "资费账单": 0.2, "充值缴费": 0.12, "宽带服务": 0.08}
REASONS = {"等候过长": 0.3, "解释不清": 0.25, "资费误解": 0.25, "信号差": 0.2}
LEAVERS_WORSE = 0.08
"""By how much those who will leave come to the front among the dissatisfied."""
REPAIRS = {"电话致歉": 0.5, "费用返还": 0.3, "上门调试": 0.2}


def rating_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Ratings of contacts and of handled complaints, by customer number; exactly so many satisfied."""
    for survey, wanted, content in (
        ("双向评价", MUTUAL_RATINGS, MUTUALLY_SATISFIED),
        ("投诉满意度", COMPLAINT_RATINGS, SATISFIED_WITH_COMPLAINT),
    ):
        dice = request.dice("mobile_operator", "ratings", survey)
        count = request.scaled(wanted)
        people = askable(population(request))
        raters = people.gather(dice.whole(count, below=people.height))
        is_content = _content(raters, chosen=request.scaled(content), dice=dice)
        yield _rated(raters, survey, is_content, year=request.year, dice=dice)


def _rated(
    raters: pl.DataFrame, survey: str, is_content: pl.Series, *, year: int, dice: Dice
) -> pl.DataFrame:
    count = raters.height
    running = pl.int_range(1, count + 1, eager=True).cast(pl.String).str.zfill(7)
    low, high = 1 + dice.whole(count, below=5), 8 + dice.whole(count, below=3)
    rows = raters.select(
        评价编号=survey[0] + pl.lit(running),
        客户编号=customer_number(pl.col("number")),
        评价类型=pl.lit(survey),
        业务流程=pl.lit(dice.picks(count, PROCESSES)),
        渠道=pl.lit(dice.picks(count, {"短信": 0.7, "营业厅": 0.3})),
        评分=pl.lit(high.zip_with(is_content, low)),
        满意=pl.when(pl.lit(is_content)).then(pl.lit("是")).otherwise(pl.lit("否")),
        原因=pl.when(~pl.lit(is_content)).then(pl.lit(dice.picks(count, REASONS))),
        评价时间=in_month(while_here(count, dice=dice), year=year, count=count, dice=dice),
    )
    return with_entry(rows, "评价时间", dice=dice)


def _content(raters: pl.DataFrame, *, chosen: int, dice: Dice) -> pl.Series:
    """Exactly so many are satisfied, and of those who will leave fewer than of others."""
    mood = pl.lit(dice.fractions(raters.height)) + pl.col("churns").cast(pl.Float64) * LEAVERS_WORSE
    return raters.select(mood.rank("ordinal") <= chosen).to_series()


def repair_frames(request: Request) -> Iterator[pl.DataFrame]:
    """The register of dissatisfied customers: from mutual evaluation, and what was done about so many."""
    dice = request.dice("mobile_operator", "repairs")
    bad = next(rating_frames(request)).filter(pl.col("满意") == "否")
    count = bad.height
    is_repaired = dice.exactly(count, chosen=min(request.scaled(REPAIRED), count))
    course = bad.with_columns(
        登记时间=pl.col("评价时间") + some_time(count, mean=0.5 * DAY, dice=dice)
    ).with_columns(
        修复时间=pl.when(pl.lit(is_repaired)).then(
            pl.col("登记时间") + some_time(count, mean=2.0 * DAY, dice=dice)
        )
    )
    last = course.select(pl.coalesce("修复时间", "登记时间")).to_series()
    yield course.select(
        *("评价编号", "客户编号", "业务流程", "原因", "登记时间", "修复时间"),
        修复方式=pl.when(pl.lit(is_repaired)).then(pl.lit(dice.picks(count, REPAIRS))),
        更新时间=pl.lit(entered(last, dice=dice, late=0.05, days=5)),
    )


def survey_frames(request: Request) -> Iterator[pl.DataFrame]:
    """The survey company's calls: it knows numbers, not customers."""
    dice = request.dice("mobile_operator", "survey")
    called = surveyed(request)
    count = called.height
    is_content = _content(called, chosen=min(request.scaled(SATISFIED_BY_PHONE), count), dice=dice)
    running = pl.int_range(1, count + 1, eager=True).cast(pl.String).str.zfill(7)
    rows = called.select(
        问卷编号="HF" + pl.lit(running),
        手机号=phone_of(pl.col("number")),
        业务流程=pl.lit(dice.picks(count, PROCESSES)),
        满意=pl.when(pl.lit(is_content)).then(pl.lit("是")).otherwise(pl.lit("否")),
        拨打时间=in_month(while_here(count, dice=dice), year=request.year, count=count, dice=dice),
    )
    for part in rows.iter_slices(CHUNK):
        yield with_entry(part, "拨打时间", dice=dice, late=0.1)
