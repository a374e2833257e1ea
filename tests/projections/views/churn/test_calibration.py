"""Calibration makes log-odds come true, and its errors are those that one would count by hand."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from projections.views.churn.calibration import brier_score, calibration, calibration_error, reliability
from projections.views.churn.model import NothingToLearnFrom

TOLD = pl.DataFrame(
    {
        "probability": [0.05, 0.15, 0.15, 0.95, 1.0, 0.0],
        "churned": [False, True, False, True, True, False],
    }
)


def test_a_table_by_width_puts_each_probability_where_it_lies() -> None:
    assert reliability(TOLD, equal="width").rows() == [
        (0, 2, 0, 0.025, 0.0),
        (1, 2, 1, 0.15, 0.5),
        (9, 2, 2, 0.975, 1.0),
    ]


def test_a_table_by_count_has_equally_many_and_equal_probabilities_together() -> None:
    assert reliability(TOLD, bins=3, equal="count").rows() == [
        (0, 2, 0, 0.025, 0.0),
        (1, 2, 1, 0.15, 0.5),
        (2, 2, 2, 0.975, 1.0),
    ]
    alike = pl.DataFrame({"probability": [0.5] * 4, "churned": [True, False, True, False]})
    assert reliability(alike).rows() == [(5, 4, 2, 0.5, 0.5)]


def test_the_error_is_the_mean_distance_by_examples() -> None:
    assert calibration_error(reliability(TOLD, equal="width")) == pytest.approx((0.025 + 0.35 + 0.025) / 3)


@settings(max_examples=30)
@given(rows=st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_errors_agree_with_plain_python(rows: list[tuple[float, bool]]) -> None:
    told = pl.DataFrame(rows, schema={"probability": pl.Float64, "churned": pl.Boolean}, orient="row")
    bins: dict[int, list[tuple[float, bool]]] = {}
    for probability, churned in rows:
        bins.setdefault(min(int(probability * 10), 9), []).append((probability, churned))
    apart = sum(abs(sum(p for p, _ in each) - sum(c for _, c in each)) for each in bins.values())
    assert calibration_error(reliability(told, equal="width")) == pytest.approx(apart / len(rows), abs=1e-12)
    expected = brier_score_loss([c for _, c in rows], [p for p, _ in rows], pos_label=True)
    assert brier_score(told) == pytest.approx(expected, abs=1e-12)
    assert reliability(told)["examples"].sum() == len(rows)


def test_log_odds_that_are_twice_too_sure_are_halved() -> None:
    random = np.random.default_rng(5)
    truth = random.normal(-1.0, 1.5, 40_000)
    churned = random.random(truth.size) < 1 / (1 + np.exp(-truth))
    found = calibration(2 * truth + 1, churned)
    assert found.slope == pytest.approx(0.5, abs=0.02)
    assert found.intercept == pytest.approx(-0.5, abs=0.05)


def test_examples_told_apart_for_certain_are_calibrated_too() -> None:
    found = calibration([-8.0] * 30 + [8.0] * 60, [False] * 30 + [True] * 60)
    likeliest = 1 / (1 + np.exp(-(8 * found.slope + found.intercept)))
    assert likeliest == pytest.approx(61 / 62, abs=1e-4)


def test_log_odds_that_fall_with_who_churned_are_refused() -> None:
    with pytest.raises(NothingToLearnFrom, match="tell nothing about who churned"):
        calibration([1.0, 0.9, -1.0, -0.8], [False, False, True, True])
