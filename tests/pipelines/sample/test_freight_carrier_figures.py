"""The carrier's half year at scale 1 is over before its rules change."""

from datetime import datetime
from fractions import Fraction
from pathlib import Path

import polars as pl

from pipelines.sample.freight_carrier.courses import with_courses
from pipelines.sample.request import Request

YEAR = 2014


def test_everything_is_over_before_the_rules_of_august(tmp_path: Path) -> None:
    request = Request(year=YEAR, seed=7, scale=Fraction(1), out=tmp_path)
    moments = with_courses(request).select(pl.col(pl.Datetime))
    assert max(moments.max().row(0)) < datetime(YEAR, 8, 11)  # noqa: DTZ001  local, as the desk writes it
