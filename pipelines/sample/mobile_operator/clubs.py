"""Clubs and merchants of the alliance, and how they were graded."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from pipelines.sample.request import Request

CLUBS = ("机场",) * 4 + ("高铁",) * 3 + ("高尔夫",) * 2
MERCHANTS = ("餐饮",) * 60 + ("酒店",) * 30 + ("健身",) * 20 + ("加油",) * 10
GRADES = ("双优", "双高", "普通", "普通", "双优双高")


def partner_frames(request: Request) -> Iterator[pl.DataFrame]:
    """One line per partner, with the grade of the year."""
    dice = request.dice("mobile_operator", "partners")
    codes = [f"JLB{place:02d}" for place in range(len(CLUBS))]
    codes += [f"SH{place:03d}" for place in range(len(MERCHANTS))]
    kinds = [*("俱乐部",) * len(CLUBS), *("商户",) * len(MERCHANTS)]
    scores = {
        name: 70 + dice.whole(len(codes), below=30) for name in ("质量分", "价格分", "合作分", "满意分")
    }
    yield pl.DataFrame(
        {
            "伙伴编号": codes,
            "伙伴名称": [f"某某{what}{code}" for what, code in zip((*CLUBS, *MERCHANTS), codes, strict=True)],
            "类别": kinds,
            "业态": [*CLUBS, *MERCHANTS],
            "签约日期": [date(request.year - 2, 1 + place % 12, 1) for place in range(len(codes))],
            "评级": [GRADES[place % len(GRADES)] for place in range(len(codes))],
            **scores,
            "评级日期": [date(request.year, 3, 31)] * len(codes),
        }
    )
