"""A stranger's programme written as data earns exactly the points that its file prints, on every row."""

import json
import os
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import yaml

from domain.member.accrual import Activity, accrue
from domain.organisation.programme import Programme
from domain.organisation.programme_in_force import read_programme
from projections.views.accrued_points import accrued_points

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("KEFU_DATA", ROOT.parent / "shared" / "data")) / "airline_loyalty"

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"there is no {DATA}; set KEFU_DATA to its folder")


@pytest.fixture(scope="module")
def programme() -> Programme:
    written = yaml.safe_load(Path(__file__).with_name("airline_programme.yaml").read_text(encoding="utf-8"))
    return read_programme(json.dumps(written, default=str))


@pytest.fixture(scope="module")
def flights() -> pl.DataFrame:
    """The member-months of the file as activities, with the points that it prints."""
    tiers = pl.read_csv(DATA / "Customer Loyalty History.csv", infer_schema=False, columns=[0, 9])
    months = pl.read_csv(DATA / "Customer Flight Activity.csv", infer_schema=False)
    return months.join(tiers, on="Loyalty Number", how="left", validate="m:1").select(
        pl.lit("flight").alias("activity"),
        pl.col("Distance").cast(pl.Decimal(38, 4)).alias("amount"),
        pl.date(pl.col("Year").cast(pl.Int32), pl.col("Month").cast(pl.Int32), 1).alias("on"),
        pl.col("Loyalty Card").alias("tier"),
        pl.lit(0, dtype=pl.Int64).alias("tenure"),
        pl.lit(None, dtype=pl.String).alias("campaign"),
        pl.col("Points Accumulated").cast(pl.Decimal(38, 4)).alias("printed"),
    )


def test_every_row_earns_what_is_printed(flights: pl.DataFrame, programme: Programme) -> None:
    earned = accrued_points(flights, accrual=programme.accrual)
    assert earned.filter(pl.col("points").ne_missing(pl.col("printed"))).height == 0
    assert (earned.height, earned["points"].sum()) == (405_624, Decimal("50172736.25"))
    assert earned.filter(pl.col("points") > 0).height == 207_632


def test_the_plain_rule_says_so_of_every_different_row(flights: pl.DataFrame, programme: Programme) -> None:
    different = flights.group_by(pl.all()).len("rows")
    off = [row for row in different.iter_rows(named=True) if plainly(row, programme) != row["printed"]]
    assert (different["rows"].sum(), off) == (405_624, [])


def plainly(row: dict[str, object], programme: Programme) -> Decimal | None:
    activity = {name: row[name] for name in ("amount", "on", "tier", "tenure", "campaign")}
    accrued = accrue(Activity(kind=str(row["activity"]), **activity), accrual=programme.accrual)  # type: ignore[arg-type]  # rows of known columns
    return None if accrued is None else accrued.points
