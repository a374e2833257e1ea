"""What the carrier wants to reach after the half year, and the figures that it and others printed."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import polars as pl

from pipelines.sample.request import Request

PER_TEN_THOUSAND, PERCENT, DAYS, YUAN = "万票", "%", "天", "元"
FIRST_HALF, SECOND_HALF, THIRD, FOURTH, JUNE, SECOND = "H1", "H2", "Q3", "Q4", "06", "Q2"
PERIODS = {
    FIRST_HALF: (1, 7),
    SECOND_HALF: (7, 13),
    THIRD: (7, 10),
    FOURTH: (10, 13),
    JUNE: (6, 7),
    SECOND: (4, 7),
}
"""First month, and the month after the last."""
DECIDED = (7, 20)


class Target(NamedTuple):
    """A target with its challenge target; what is published has `who` said so instead."""

    measure: str
    period: str
    value: str
    unit: str
    challenge: str | None = None
    who: str | None = None
    rank: int | None = None
    of: int | None = None


TARGETS = (
    Target("万票投诉率", THIRD, "23", PER_TEN_THOUSAND, "20"),
    Target("万票投诉率", FOURTH, "20.55", PER_TEN_THOUSAND, "19"),
    Target("赔付率", SECOND_HALF, "11.95", PERCENT, "9"),
    Target("超赔金额", SECOND_HALF, "300000", YUAN),
    Target("理赔时效", THIRD, "13", DAYS),
    Target("理赔时效", FOURTH, "11", DAYS),
    Target("线上理赔占比", THIRD, "45", PERCENT),
    Target("线上理赔占比", FOURTH, "50", PERCENT),
    Target("内线接通率", SECOND_HALF, "90", PERCENT),
    Target("内部投诉24小时解决率", SECOND_HALF, "75", PERCENT),
)
PUBLISHED = (
    Target("万票投诉率", SECOND, "22.83", PER_TEN_THOUSAND, who="客服半年报"),
    Target("按键万票投诉率", JUNE, "69", PER_TEN_THOUSAND, who="客服半年报"),
    Target("隐形投诉率", JUNE, "80", PERCENT, who="客服半年报"),
    Target("赔付率", FIRST_HALF, "14.9", PERCENT, who="客服半年报"),
    Target("大客户赔付率", FIRST_HALF, "34.83", PERCENT, who="客服半年报"),
    Target("超赔占比", FIRST_HALF, "5.42", PERCENT, who="客服半年报"),
    Target("理赔时效", FIRST_HALF, "16.2", DAYS, who="客服半年报"),
    Target("线上理赔占比", FIRST_HALF, "36", PERCENT, who="客服半年报"),
    Target("万票投诉率", FIRST_HALF, "31.4", PER_TEN_THOUSAND, who="行业通报", rank=3, of=8),
)
"""The last is invented: how the carrier stood among its peers by a count of their own."""


def target_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Targets and printed figures, one to a row."""
    rows = [_row(target, request.year) for target in (*TARGETS, *PUBLISHED)]
    yield pl.DataFrame(rows, infer_schema_length=None)


def _row(target: Target, year: int) -> dict[str, object]:
    first, after = PERIODS[target.period]
    return {
        "类型": "目标" if target.who is None else "通报",
        "指标": target.measure,
        "起始日": date(year, first, 1),
        "截止日": date(year + (after - 1) // 12, (after - 1) % 12 + 1, 1),
        "数值": target.value,
        "单位": target.unit,
        "挑战值": target.challenge,
        "通报人": target.who,
        "名次": target.rank,
        "参评数": target.of,
        "发布日": date(year, *DECIDED),
    }
