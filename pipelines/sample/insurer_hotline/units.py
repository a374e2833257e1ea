"""The insurer's branches: a province and its cities, as the personnel system lists them."""

from collections.abc import Iterator

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.request import Request

PROVINCE = "P00"
CITIES = {
    "P01": ("云河", 0.24),
    "P02": ("松岭", 0.15),
    "P03": ("白沙", 0.12),
    "P04": ("青浦滩", 0.10),
    "P05": ("望川", 0.09),
    "P06": ("石门渡", 0.08),
    "P07": ("南坪", 0.07),
    "P08": ("柳溪", 0.06),
    "P09": ("长亭", 0.05),
    "P10": ("双桥", 0.04),
}
"""Invented cities: name and share of the business. City and code stay the same whatever the scale."""
OUTSIDE = tuple(f"X{number:02d}" for number in range(1, 13))
"""Branches of other provinces, with which surveys are exchanged."""
YEARS_BEFORE = 6


def pick_cities(count: int, *, dice: Dice) -> pl.Series:
    """Codes of branches, busier ones more often."""
    return dice.picks(count, {code: share for code, (_, share) in CITIES.items()})


def unit_rows(request: Request) -> Iterator[pl.DataFrame]:
    """One row per branch."""
    opened = request.year - YEARS_BEFORE
    rows = [
        (PROVINCE, "省分公司", "province", "", f"{opened}/1/4"),
        *(
            (code, f"{name}中心支公司", "branch", PROVINCE, f"{opened}/{number % 12 + 1}/18")
            for number, (code, (name, _)) in enumerate(CITIES.items())
        ),
    ]
    yield pl.DataFrame(rows, schema=["机构代码", "机构名称", "类型", "上级机构", "开业日期"], orient="row")
