"""Care for sensitive customers, June's offer and two surveys: who was chosen, contacts and answers."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.durations import DAY, HOUR
from pipelines.sample.mobile_operator.counts import (
    AWARE_OF_ADVANTAGES,
    AWARE_OF_INTERACTION,
    CARED_FOR,
    CONTACTED_AGAINST_WILL,
    LEFT_ALONE,
    OFFERED,
    SURVEYED,
    TOOK_PART,
)
from pipelines.sample.mobile_operator.population import population
from pipelines.sample.mobile_operator.telling import customer_number, in_month, month_start, with_entry
from pipelines.sample.request import Request

CHUNK = 100_000
CARE, OFFER, ADVANTAGES, INTERACTION = "HD01", "HD02", "HD03", "HD04"
OFFER_MONTH, SURVEY_MONTH = 6, 10
CHANNELS = {"短信": 0.55, "电话": 0.4, "上门": 0.05}
ANSWERS = {"接受": 0.4, "考虑": 0.35, "拒绝": 0.25}
ANSWERED_SHARE = 0.3
GRANTING_SHARE = 0.25
LEAVERS_MORE_ALONE, LEAVERS_LESS_KEEN = 0.03, 0.3
"""By how much leavers come to the front among those left alone, and to the back among those who take part."""


def campaign_frames(request: Request) -> Iterator[pl.DataFrame]:
    """The campaigns of the year, two of them surveys of what customers know."""
    year = request.year
    yield pl.DataFrame(
        {
            "活动编号": [CARE, OFFER, ADVANTAGES, INTERACTION],
            "活动名称": ["敏感客户关怀", "年中续约优惠", "优势认知调查", "互动认知调查"],
            "类型": ["关怀", "优惠", "调查", "调查"],
            "开始日期": [date(year, month, 1) for month in (1, OFFER_MONTH, SURVEY_MONTH, SURVEY_MONTH)],
            "结束日期": [date(year, 11, 30), date(year, 8, 31), date(year, 11, 30), date(year, 11, 30)],
            "对照比例": ["5", "10", "0", "0"],
        }
    )


def listed(request: Request) -> pl.DataFrame:
    """number, campaign, is_treated, assigned_at, contacted_at, answered_at and answer of everybody listed."""
    surveys = ((ADVANTAGES, AWARE_OF_ADVANTAGES), (INTERACTION, AWARE_OF_INTERACTION))
    asked = [_surveyed(request, campaign, aware=aware) for campaign, aware in surveys]
    return pl.concat([_cared_for(request), _offered(request), *asked])


def _cared_for(request: Request) -> pl.DataFrame:
    dice = request.dice("mobile_operator", "care")
    people = population(request).filter("is_sensitive")
    count = people.height
    keen = pl.lit(dice.fractions(count)) + pl.col("churns").cast(pl.Float64) * LEAVERS_LESS_KEEN
    return (
        people.with_columns(turn=pl.lit(dice.order(count)))
        .with_columns(is_treated=pl.col("turn") < request.scaled(CARED_FOR))
        .with_columns(keen=pl.when("is_treated").then(keen).rank("ordinal"))
        .with_columns(
            assigned_at=_soon(month_start(pl.max_horizontal("joined", 1), year=request.year), 3, dice, count)
        )
        .with_columns(contacted_at=pl.when("is_treated").then(_soon(pl.col("assigned_at"), 18, dice, count)))
        .with_columns(
            answered_at=pl.when(pl.col("keen") <= request.scaled(TOOK_PART)).then(
                _soon(pl.col("contacted_at"), 3, dice, count)
            )
        )
        .select(
            *LISTED,
            campaign=pl.lit(CARE),
            answer=pl.when(pl.col("answered_at").is_not_null()).then(pl.lit("参与")),
        )
    )


def _offered(request: Request) -> pl.DataFrame:
    """Of those still here in June some are chosen; whoever refused is not called, but for slips."""
    dice = request.dice("mobile_operator", "offer")
    here = population(request).filter(
        pl.col("joined") < OFFER_MONTH, pl.col("left").is_null() | (pl.col("left") > OFFER_MONTH)
    )
    alone, offered = request.scaled(LEFT_ALONE), request.scaled(OFFERED)
    chosen = here.filter(pl.lit(dice.exactly(here.height, chosen=min(alone + offered, here.height))))
    count = chosen.height
    alone_first = pl.lit(dice.fractions(count)) - pl.col("churns").cast(pl.Float64) * LEAVERS_MORE_ALONE
    treated = chosen.with_columns(is_treated=alone_first.rank("ordinal") > alone)
    # The slips are the first of those who had refused.
    slip = pl.when(pl.col("is_treated") & has_refused()).then(pl.int_range(pl.len())).rank("ordinal")
    may_contact = pl.col("is_treated") & (~has_refused() | (slip <= CONTACTED_AGAINST_WILL))
    is_answered = pl.lit(dice.chances(count, share=ANSWERED_SHARE))
    june = pl.lit(date(request.year, OFFER_MONTH, 1)).cast(pl.Datetime("us"))
    return (
        treated.with_columns(assigned_at=_soon(june, 1, dice, count))
        .with_columns(
            contacted_at=pl.when(may_contact.fill_null(value=False)).then(
                _soon(pl.col("assigned_at") + pl.duration(days=1), 18, dice, count)
            )
        )
        .with_columns(answered_at=pl.when(is_answered).then(_soon(pl.col("contacted_at"), 4, dice, count)))
        .select(
            *LISTED,
            campaign=pl.lit(OFFER),
            answer=pl.when(pl.col("answered_at").is_not_null()).then(pl.lit(dice.picks(count, ANSWERS))),
        )
    )


def _surveyed(request: Request, campaign: str, *, aware: int) -> pl.DataFrame:
    """Some who are here in autumn, and exactly so many who know; they answer where they are, uncalled."""
    dice = request.dice("mobile_operator", "survey", campaign)
    here = population(request).filter(pl.col("joined") < SURVEY_MONTH, pl.col("left").is_null())
    asked = here.filter(pl.lit(dice.exactly(here.height, chosen=min(request.scaled(SURVEYED), here.height))))
    count = asked.height
    knows = pl.lit(dice.exactly(count, chosen=min(request.scaled(aware), count)))
    begins = pl.lit(date(request.year, SURVEY_MONTH, 1)).cast(pl.Datetime("us"))
    return (
        asked.with_columns(
            is_treated=pl.lit(value=True), contacted_at=pl.lit(None, pl.Datetime("us")), knows=knows
        )
        .with_columns(assigned_at=_soon(begins, 3, dice, count))
        .with_columns(answered_at=_soon(pl.col("assigned_at"), 20, dice, count))
        .select(
            *LISTED,
            campaign=pl.lit(campaign),
            answer=pl.when("knows").then(pl.lit("知晓")).otherwise(pl.lit("不知晓")),
        )
    )


LISTED = ("number", "is_treated", "assigned_at", "contacted_at", "answered_at")


def has_refused() -> pl.Expr:
    """Whether a customer's refusal is on record: only the snapshot was asked."""
    return pl.col("refuses") & (pl.col("joined") == 0)


def _soon(moment: pl.Expr, days: int, dice: Dice, count: int) -> pl.Expr:
    return moment + pl.duration(seconds=pl.lit(HOUR + dice.whole(count, below=days * DAY)))


def assignment_frames(request: Request) -> Iterator[pl.DataFrame]:
    """The lists of the campaigns: arms as they were drawn."""
    dice = request.dice("mobile_operator", "assignments")
    for part in listed(request).iter_slices(CHUNK):
        rows = part.select(
            活动编号="campaign",
            客户编号=customer_number(pl.col("number")),
            组别=pl.when("is_treated").then(pl.lit("活动组")).otherwise(pl.lit("对照组")),
            分组时间="assigned_at",
        )
        yield with_entry(rows, "分组时间", dice=dice, late=0.0)


def contact_frames(request: Request) -> Iterator[pl.DataFrame]:
    """One line per contact, and one per answer."""
    dice = request.dice("mobile_operator", "contacts")
    number = customer_number(pl.col("number"))
    for part in listed(request).iter_slices(CHUNK):
        contacts = part.filter(pl.col("contacted_at").is_not_null())
        rows = pl.concat(
            [
                contacts.select(
                    客户编号=number,
                    活动编号="campaign",
                    类型=pl.lit("接触"),
                    发生时间="contacted_at",
                    渠道=pl.lit(dice.picks(contacts.height, CHANNELS)),
                    反馈=pl.lit(None, pl.String),
                ),
                part.filter(pl.col("answered_at").is_not_null()).select(
                    客户编号=number,
                    活动编号="campaign",
                    类型=pl.lit("反馈"),
                    发生时间="answered_at",
                    渠道=pl.lit(None, pl.String),
                    反馈="answer",
                ),
            ]
        )
        yield with_entry(rows, "发生时间", dice=dice)


def consent_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Who refused to be called, and who agreed to offers, when the branch asked in January and February."""
    dice = request.dice("mobile_operator", "consents")
    for people in population(request).filter(pl.col("joined") == 0).iter_slices(CHUNK):
        count = people.height
        agrees = pl.lit(dice.chances(count, share=GRANTING_SHARE))
        asked = people.filter(pl.col("refuses") | agrees)
        month = pl.lit(1 + dice.whole(asked.height, below=2))
        rows = asked.select(
            客户编号=customer_number(pl.col("number")),
            意愿=pl.when("refuses").then(pl.lit("拒绝")).otherwise(pl.lit("同意")),
            登记时间=in_month(month, year=request.year, count=asked.height, dice=dice),
        )
        yield with_entry(rows, "登记时间", dice=dice)
