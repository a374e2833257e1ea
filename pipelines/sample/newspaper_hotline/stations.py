"""Delivery stations: the distributor's list, and the copies that each takes month by month."""

from collections.abc import Iterator
from datetime import date

import polars as pl

from pipelines.sample.dice import Dice
from pipelines.sample.newspaper_hotline.counts import COPIES, STATIONS
from pipelines.sample.request import Request
from pipelines.sample.shares import shares

OFFICE = "Z00"
DISTRICTS = ("东城", "西城", "南城", "北城", "江滨", "新区")
WEIGHTS = [1.0 / (1 + number % 12) ** 0.5 for number in range(STATIONS)]
CODES = [f"Z{number:02d}" for number in range(1, STATIONS + 1)]
YEARS_BEFORE = 8


def pick_stations(count: int, *, dice: Dice) -> pl.Series:
    """Codes of stations, larger ones more often."""
    return dice.picks(count, dict(zip(CODES, WEIGHTS, strict=True)))


def station_rows(request: Request) -> Iterator[pl.DataFrame]:
    """One row per station, below the distribution office."""
    opened = request.year - YEARS_BEFORE
    rows = [
        (OFFICE, "发行部", "office", "", f"{opened}-01-02"),
        *(
            (
                code,
                f"{DISTRICTS[place % 6]}{place // 6 + 1}站",
                "station",
                OFFICE,
                f"{opened}-{place % 12 + 1:02d}-15",
            )
            for place, code in enumerate(CODES)
        ),
    ]
    yield pl.DataFrame(rows, schema=["station", "name", "kind", "parent", "opened"], orient="row")


def copy_rows(request: Request) -> Iterator[pl.DataFrame]:
    """One row per month and station: the copies taken, the base of 万份投诉率."""
    months = [date(request.year, month, 1) for month in range(1, 13)]
    grid = pl.DataFrame({"month": months}).join(pl.DataFrame({"站": CODES, "weight": WEIGHTS}), how="cross")
    dice = request.dice("copies")
    counts = shares(request.scaled(COPIES * 12), grid["weight"] * (0.97 + 0.06 * dice.fractions(grid.height)))
    yield grid.select(
        pl.col("month").dt.strftime("%Y-%m-%d").alias("月份"),
        pl.col("month").dt.offset_by("1mo").dt.strftime("%Y-%m-%d").alias("次月"),
        "站",
        counts.alias("领报份数"),
    )
