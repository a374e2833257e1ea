"""Policies in force by month and branch: the bases of rates, as finance prints them."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from pipelines.sample.insurer_hotline.counts import POLICIES_A_MONTH
from pipelines.sample.insurer_hotline.units import CITIES
from pipelines.sample.request import Request
from pipelines.sample.shares import shares


def policy_rows(request: Request) -> Iterator[pl.DataFrame]:
    """One row per month and branch."""
    months = [date(request.year, month, 1) for month in range(1, 13)]
    dice = request.dice("policies")
    grid = pl.DataFrame({"起始日": months}).join(
        pl.DataFrame({"机构": list(CITIES), "share": [share for _, share in CITIES.values()]}), how="cross"
    )
    wanted = request.scaled(POLICIES_A_MONTH * 12)
    sizes = shares(wanted, grid["share"] * (0.95 + 0.1 * dice.fractions(grid.height)))
    yield grid.select(
        pl.col("起始日").cast(pl.String),
        pl.col("起始日").dt.offset_by("1mo").cast(pl.String).alias("截止日"),
        "机构",
        sizes.alias("保单数"),
        (sizes * 7 // 10).alias("客户数"),
    )
