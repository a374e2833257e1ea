"""What the branch was to reach, and the figures and ranks that its report and the province printed."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import polars as pl

from pipelines.sample.request import Request


class Figure(NamedTuple):
    """A printed figure: `rank` among `of`; a target has no `who`."""

    measure: str
    value: str
    unit: str
    who: str | None = None
    rank: int | None = None
    of: int | None = None


PROVINCE, REPORT = "省公司通报", "分公司年报"
BRANCHES = 14
"""In how many branches the province is divided: invented; the ranks are printed."""
FIGURES = (
    Figure("中高端客户月均数", "320054", "户"),
    Figure("一次解决率", "80", "%"),
    Figure("拍照保有率", "85.5", "%", REPORT),
    Figure("硬捆绑率", "48.4", "%", PROVINCE, 1, BRANCHES),
    Figure("软捆绑率", "60.1", "%", REPORT),
    Figure("总体捆绑率", "72.7", "%", REPORT),
    Figure("深度捆绑率", "54.3", "%", REPORT),
    Figure("万客户投诉率", "13.9", "万户", PROVINCE, 2, BRANCHES),
    Figure("投诉满意度", "57.58", "%", PROVINCE, 2, BRANCHES),
    Figure("投诉满意度全省", "48.88", "%", PROVINCE),
    Figure("双向评价满意度", "94.32", "%", REPORT),
    Figure("电话回访满意度", "86.55", "%", REPORT),
    Figure("神秘顾客得分", "93.81", "%", REPORT),
    Figure("自助充值占比", "62.47", "%", REPORT),
    Figure("门店综合得分", "100", "分", REPORT),
    Figure("优势认知率", "93", "%", REPORT),
    Figure("互动认知率", "75", "%", REPORT),
    Figure("全球通服务得分", "67.2", "分", PROVINCE, 2, BRANCHES),
)


def target_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Targets and printed figures, one to a line."""
    first, after = date(request.year, 1, 1), date(request.year, 12, 1)
    yield pl.DataFrame(
        [
            {
                "指标": figure.measure,
                "性质": "目标" if figure.who is None else "通报",
                "数值": figure.value,
                "单位": figure.unit,
                "通报单位": figure.who or "",
                "名次": figure.rank,
                "参评数": figure.of,
                "起始日": first,
                "截止日": after,
                "发布日": first if figure.who is None else after,
            }
            for figure in FIGURES
        ],
        infer_schema_length=None,
    )
