"""The branch's departments, stores and staff, and what mystery shoppers thought of its stores."""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from pipelines.sample.durations import summing_to
from pipelines.sample.mobile_operator.counts import MONTHS, MYSTERY_POINTS, MYSTERY_VISITS_A_MONTH
from pipelines.sample.mobile_operator.customers import MANAGERS
from pipelines.sample.mobile_operator.population import STORES
from pipelines.sample.mobile_operator.telling import in_month, store_code, with_entry
from pipelines.sample.request import Request

BRANCH = "FGS"
DEPARTMENTS = {"BM1": "客户服务部", "BM2": "网络部", "BM3": "市场部", "BM4": "数据业务部"}
AGENTS = 60
OUT_OF = 100
USUAL_POINTS, POINTS_APART = 90, 8
AGE = 8
"""Years before the one asked for in which everything was opened."""


def unit_frames(request: Request) -> Iterator[pl.DataFrame]:
    """The branch, its departments and its stores; one store closed in the year."""
    opened = date(request.year - AGE, 1, 1)
    stores = [f"YT{number:02d}" for number in range(1, STORES + 1)]
    rows = [
        (BRANCH, "市分公司", "分公司", None, opened, None),
        *((code, name, "部门", BRANCH, opened, None) for code, name in DEPARTMENTS.items()),
        *((code, f"第{code[2:]}营业厅", "营业厅", BRANCH, opened, None) for code in stores),
        ("YT00", "人民路旧营业厅", "营业厅", BRANCH, opened, date(request.year, 5, 31)),
    ]
    names = ("机构编码", "机构名称", "机构类型", "上级机构", "开业日期", "停业日期")
    yield pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)


def staff_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Managers of customers, and agents on the telephone."""
    numbers = [f"JL{number:03d}" for number in range(MANAGERS)] + [
        f"HW{number:03d}" for number in range(AGENTS)
    ]
    first = date(request.year - AGE, 3, 1)
    yield pl.DataFrame(
        {
            "工号": numbers,
            "岗位": ["客户经理"] * MANAGERS + ["话务员"] * AGENTS,
            "班组": [f"{place % 8 + 1}组" for place in range(len(numbers))],
            "见习": ["是" if place % 11 == 0 else "否" for place in range(len(numbers))],
            "入职日期": [first + timedelta(days=9 * place) for place in range(len(numbers))],
        }
    )


def inspection_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Visits by mystery shoppers: points of a hundred, in all exactly as many as counted."""
    dice = request.dice("mobile_operator", "inspections")
    count = request.scaled(MYSTERY_VISITS_A_MONTH, least=1) * len(MONTHS)
    counted = MYSTERY_VISITS_A_MONTH * len(MONTHS)
    drawn = USUAL_POINTS + dice.whole(count, below=POINTS_APART)
    points = summing_to(drawn, total=MYSTERY_POINTS * count // counted)
    place = pl.int_range(count, eager=True)
    rows = pl.DataFrame({"store": place % STORES, "month": place % len(MONTHS) + 1, "得分": points}).select(
        检查编号="SM" + pl.lit(place.cast(pl.String).str.zfill(5)),
        营业厅=store_code(pl.col("store")),
        检查日期=in_month(pl.col("month"), year=request.year, count=count, dice=dice),
        得分="得分",
        满分=pl.lit(OUT_OF),
    )
    yield with_entry(rows, "检查日期", dice=dice, late=0.1)
