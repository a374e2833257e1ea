"""Drawings of a churn model say what they show, and the same data give the same bytes anywhere."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from xml.etree import ElementTree as ET

import matplotlib as mpl
import polars as pl
import pytest

from domain.organisation.churn_bins import Bin, Calibration, CategoryBins, NumberBins, Spread
from domain.organisation.churn_models import Scorecard
from pipelines.churn_plots import drift_plot, points_plot, reliability_plot, rolling_plot, spread_plot
from projections.views.churn.calibration import RELIABILITY
from projections.views.churn.drift import DRIFT
from projections.views.churn.validation import ROLLING

WORDS = {"months": "time as a customer", "plan": "套餐"}
CARD = Scorecard(
    base=-1000,
    parts=(
        NumberBins(
            feature="months",
            edges=(3.0, 12.5),
            bins=(Bin(700, 3), Bin(-9, 4), Bin(-400, 3)),
            unknown=Bin(0, 0),
        ),
        CategoryBins(
            feature="plan", bins={"monthly & more": Bin(250, 9)}, other=Bin(0, 0), unknown=Bin(-30, 1)
        ),
    ),
    calibration=Calibration(slope=1.0, intercept=0.0),
    spread=Spread(edges=(-2000, -500), examples=(3, 4, 3)),
)
BACK_TESTS = pl.DataFrame(
    {"cutoff": [date(2024, 1, 31), date(2024, 2, 29)], "auc": [0.8, None], "calibration_error": [0.01, 0.02]}
)
DRAWN: dict[str, Callable[[], str]] = {
    "reliability": lambda: reliability_plot(
        pl.DataFrame({"mean_probability": [0.1, 0.8], "churn_rate": [0.2, 0.7], "examples": [9, 3]}),
        error=0.1,
    ),
    "rolling": lambda: rolling_plot(BACK_TESTS),
    "spread": lambda: spread_plot(CARD.spread, [5, 5, 0]),
    "drift": lambda: drift_plot(
        pl.DataFrame(
            {"feature": ["score", "plan"], "psi": [0.02, 3.5], "verdict": ["stable", "drifted"]}, schema=DRIFT
        ),
        words=WORDS,
    ),
    "points": lambda: points_plot(CARD, words=WORDS),
}
NOTHING: dict[str, Callable[[], str]] = {
    "reliability": lambda: reliability_plot(pl.DataFrame(schema=RELIABILITY), error=0.0),
    "rolling": lambda: rolling_plot(pl.DataFrame(schema=ROLLING)),
    "spread": lambda: spread_plot(Spread(edges=(), examples=(0,)), [0]),
    "drift": lambda: drift_plot(pl.DataFrame(schema=DRIFT), words={}),
}


def texts(svg: str) -> set[str]:
    return {(each.text or "").strip() for each in ET.fromstring(svg).iter() if each.tag.endswith("text")}  # noqa: S314 - our own


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("reliability", {"Told against come: 0.1000 apart (ECE)", "probability told", "examples"}),
        ("rolling", {"AUC", "ECE", "2024-01-31", "2024-02-29"}),
        ("spread", {"≤ -2", "-2 to -0.5", "> -0.5", "customers now"}),
        ("drift", {"score", "套餐", "3.500", "drifted from 0.25"}),
        ("points", {"time as a customer", "≤ 3", "3 to 12.5", "> 12.5", "monthly & more", "not known"}),
    ],
)
def test_a_drawing_says_what_it_shows(name: str, said: set[str]) -> None:
    assert said <= texts(DRAWN[name]())


def test_what_nobody_is_in_is_not_drawn() -> None:
    assert "all other" not in texts(DRAWN["points"]())


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_can_be_drawn(name: str) -> None:
    assert NOTHING[name]().endswith("</svg>\n")


def test_the_same_data_give_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib; from tests.pipelines.test_churn_plots import DRAWN;"
        "print([hashlib.sha256(draw().encode()).hexdigest() for draw in DRAWN.values()])"
    )
    there = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    here = [draw() for draw in DRAWN.values()]
    assert there.stdout.strip() == str([hashlib.sha256(svg.encode()).hexdigest() for svg in here])
    assert not any("<dc:date>" in svg for svg in here)


def test_settings_of_other_drawings_are_left_as_they_were() -> None:
    before = dict(mpl.rcParams)
    DRAWN["points"]()
    assert dict(mpl.rcParams) == before
