"""The carrier's units, as its personnel system exports them, a tree that changed; and its staff."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.request import Request

REGIONS = {"R1": "华东大区", "R2": "华南大区", "R3": "华北大区", "R4": "华中大区", "R5": "西南大区"}
BUSINESS_UNITS = {"B1": "东部事业部", "B2": "西部事业部"}
DISTRICTS_PER_REGION, STORES_PER_DISTRICT, DEPOTS_PER_REGION = 4, 6, 2
DISTRICTS = tuple(
    f"{region}{number:02d}" for region in REGIONS for number in range(1, DISTRICTS_PER_REGION + 1)
)
STORES = tuple(
    f"{district}{number:02d}" for district in DISTRICTS for number in range(1, STORES_PER_DISTRICT + 1)
)
DEPOTS = tuple(f"H{region[1]}{number}" for region in REGIONS for number in range(1, DEPOTS_PER_REGION + 1))

AGENTS, INTERNAL_AGENTS = 80, 12
STATION_APPROVERS, BRANCH_APPROVERS, CHIEF_APPROVERS = 24, 10, 2
AGE = 5
"""Years before the half year in which everything was opened that is not new."""


class Change(NamedTuple):
    """One line of the personnel system's list of changes to units."""

    code: str
    name: str
    change: str
    kind: str | None
    parent: str | None
    on: date


def unit_changes(year: int) -> list[Change]:
    """Every unit as it was opened, and what moved or closed in the half year."""
    return [*_opened(_began(year)), *_moved(year)]


def _began(year: int) -> date:
    return date(year - AGE, 4, 1)


def _opened(began: date) -> list[Change]:
    upper = [Change("ZB", "集团总部", "设立", "公司", None, began)]
    upper += [Change(code, name, "设立", "事业部", "ZB", began) for code, name in BUSINESS_UNITS.items()]
    upper += [
        Change(code, name, "设立", "大区", "B1" if code in {"R1", "R2", "R3"} else "B2", began)
        for code, name in REGIONS.items()
    ]
    districts = [Change(code, f"{code}路区", "设立", "路区", code[:2], began) for code in DISTRICTS]
    stores = [Change(code, f"{code}营业部", "设立", "营业部", code[:4], began) for code in STORES]
    depots = [Change(code, f"{code}枢纽", "设立", "枢纽", f"R{code[1]}", began) for code in DEPOTS]
    return [*upper, *districts, *stores, *depots, Change("PT", "网上平台", "设立", "平台", "ZB", began)]


def _moved(year: int) -> list[Change]:
    stores = [
        Change(store, f"{store}营业部", "划转", None, to, date(year, month, 1))
        for store, to, month in (
            ("R10106", "R102", 2),
            ("R10206", "R103", 3),
            ("R20405", "R201", 4),
            ("R30101", "R302", 4),
            ("R50306", "R504", 5),
        )
    ]
    district = Change("R404", "R404路区", "划转", None, "R5", date(year, 4, 1))
    closed = [
        Change(store, f"{store}营业部", "撤销", None, None, date(year, 6, 30))
        for store in ("R20306", "R40106")
    ]
    return [*stores, district, *closed]


def unit_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Changes to units; a line that names nothing is among them."""
    changes = [*unit_changes(request.year), Change("", "（合计）", "", None, None, date(request.year, 6, 30))]
    yield pl.DataFrame(
        {
            "机构编码": [change.code for change in changes],
            "机构名称": [change.name for change in changes],
            "变更类型": [change.change for change in changes],
            "机构类型": [change.kind for change in changes],
            "上级机构": [change.parent for change in changes],
            "生效日期": [change.on for change in changes],
            "录入日期": [change.on + timedelta(days=place % 3) for place, change in enumerate(changes)],
        }
    )


def staff_frames(request: Request) -> Iterator[pl.DataFrame]:
    """Everybody who takes calls or approves claims."""
    posts = {
        "热线坐席": ("A", AGENTS),
        "内线坐席": ("N", INTERNAL_AGENTS),
        "网点理赔": ("P", STATION_APPROVERS),
        "区域理赔": ("Q", BRANCH_APPROVERS),
        "总部理赔": ("T", CHIEF_APPROVERS),
    }
    rows = [
        (f"{letter}{number:03d}", post, f"{post[:2]}{number % 4 + 1}组", number % 9 == 0)
        for post, (letter, count) in posts.items()
        for number in range(count)
    ]
    joined = [_began(request.year) + timedelta(days=place * 7) for place in range(len(rows))]
    left = [date(request.year, 6, 30) if row[0] in {"A077", "A078"} else None for row in rows]
    yield pl.DataFrame(rows, schema=["工号", "岗位", "班组", "见习"], orient="row").with_columns(
        pl.col("见习").replace_strict({True: "是", False: "否"}),
        入职日期=pl.Series(joined),
        离职日期=pl.Series(left, dtype=pl.Date),
    )


def store_of(customer: pl.Expr) -> pl.Expr:
    """The store that a customer's goods go through."""
    return pl.lit(pl.Series(list(STORES))).gather(customer % len(STORES))


def officers(count: int, *, letter: str, of: int, dice: Dice) -> pl.Series:
    """Staff numbers of one post."""
    return letter + dice.whole(count, below=of).cast(pl.String).str.zfill(3)
