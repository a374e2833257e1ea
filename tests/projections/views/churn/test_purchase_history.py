"""A purchase history tells who will not buy again: by the paper's formulas, and parameters come back."""

from math import exp, inf, isclose, lgamma, log
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.organisation.churn_models import PurchaseHistory
from projections.views.churn.bgnbd import (
    Rates,
    fitted,
    histories,
    log_odds_gone,
    log_odds_silent,
    minus_log_likelihood,
    probability_alive,
)
from projections.views.churn.model import NothingToLearnFrom
from projections.views.churn.purchase_history import AGE, PURCHASE_HISTORY, RECENCY, REPEATS
from projections.views.churn.validation import quality
from tests.projections.views.churn.examples import PURCHASES, buyers, feature

CDNOW = Rates(r=0.243, alpha=4.414, a=0.793, b=2.426)
"""What Fader, Hardie & Lee (2005) found for the CDNOW data, in weeks."""
BUYERS = buyers()
LEARNING: dict[str, Any] = {"features": PURCHASES, "seed": 1, "horizon_days": 90}
COLUMNS = {"repeats": pl.col("repeats"), "recency": pl.col("recency"), "age": pl.col("age")}

positive = st.floats(0.05, 20.0)
repeats = st.integers(0, 400)
shares = st.floats(0, 1)


def history(repeats: int, recency: float, age: float) -> pl.DataFrame:
    return pl.DataFrame({"repeats": [repeats], "recency": [recency], "age": [age]})


def told(expression: pl.Expr, rows: pl.DataFrame) -> float:
    return float(rows.select(expression).item())


def plain_log_likelihood(rates: Rates, *, x: int, last: float, age: float) -> float:
    """Equation 6 of the paper, word for word."""

    def log_beta(a: float, b: float) -> float:
        return lgamma(a) + lgamma(b) - lgamma(a + b)

    r, alpha, a, b = rates.r, rates.alpha, rates.a, rates.b
    ratio = exp(lgamma(r + x) - lgamma(r)) * alpha**r
    alive = exp(log_beta(a, b + x) - log_beta(a, b)) * ratio / (alpha + age) ** (r + x)
    left = exp(log_beta(a + 1, b + x - 1) - log_beta(a, b)) * ratio / (alpha + last) ** (r + x) if x else 0.0
    return log(alive + left)


@settings(max_examples=40, deadline=None)
@given(
    rates=st.builds(Rates, r=positive, alpha=positive, a=positive, b=positive),
    x=st.integers(0, 30),
    share=shares,
)
def test_the_likelihood_is_that_of_the_paper(rates: Rates, x: int, share: float) -> None:
    logs = np.log([rates.r, rates.alpha, rates.a, rates.b])
    last = 52 * share if x else 0.0
    alike = histories(history(x, last, 52.0))
    found, slopes = minus_log_likelihood(logs, alike)
    assert isclose(-found, plain_log_likelihood(rates, x=x, last=last, age=52.0), rel_tol=1e-9, abs_tol=1e-9)
    for place in range(4):
        step = np.eye(4)[place] * 1e-5
        higher, lower = (minus_log_likelihood(logs + sign * step, alike)[0] for sign in (1, -1))
        assert isclose(slopes[place], (higher - lower) / 2e-5, rel_tol=1e-4, abs_tol=1e-5)


def test_likelihoods_of_alike_customers_are_counted_once_each() -> None:
    rows = pl.concat([history(2, 30.43, 38.86)] * 3 + [history(0, 0.0, 38.86)])
    logs = np.log([CDNOW.r, CDNOW.alpha, CDNOW.a, CDNOW.b])
    expected = [plain_log_likelihood(CDNOW, x=2, last=30.43, age=38.86)] * 3
    expected.append(plain_log_likelihood(CDNOW, x=0, last=0.0, age=38.86))
    assert len(histories(rows).customers) == 2
    assert isclose(minus_log_likelihood(logs, histories(rows))[0], -sum(expected) / 4, rel_tol=1e-12)


def test_the_papers_first_customer_is_alive_with_73_in_100() -> None:
    """U = 0.793 / 3.426 x (43.274 / 34.844)^2.243 = 0.3763, and 1 / 1.3763 = 0.7266."""
    assert told(probability_alive(CDNOW, **COLUMNS), history(2, 30.43, 38.86)) == pytest.approx(
        0.7266, abs=5e-5
    )


@settings(max_examples=40, deadline=None)
@given(x=repeats, share=shares, age=st.floats(1, 2000), ahead=st.floats(0.5, 400))
def test_silence_is_having_left_or_not_buying_while_alive(
    x: int, share: float, age: float, ahead: float
) -> None:
    rows = history(x, age * share if x else 0.0, age)
    alive = told(probability_alive(CDNOW, **COLUMNS), rows)
    silent = ((CDNOW.alpha + age) / (CDNOW.alpha + age + ahead)) ** (CDNOW.r + x)
    found = told(log_odds_silent(CDNOW, **COLUMNS, ahead=ahead), rows)
    assert 1 / (1 + exp(-found)) == pytest.approx(1 - alive + alive * silent, abs=1e-9)
    assert -inf < found < inf
    assert found >= told(log_odds_gone(CDNOW, **COLUMNS), rows)
    assert found >= told(log_odds_silent(CDNOW, **COLUMNS, ahead=ahead * 2), rows)


def test_who_never_bought_again_is_alive() -> None:
    assert told(probability_alive(CDNOW, **COLUMNS), history(0, 0.0, 38.86)) == 1.0


def test_parameters_are_found_again_and_probabilities_come_true() -> None:
    many = buyers(40_000, seed=11)
    found = fitted(histories(many.select(repeats=REPEATS, recency=RECENCY, age=AGE)))
    assert found.r == pytest.approx(0.6, rel=0.05)
    assert found.alpha == pytest.approx(40, rel=0.05)
    assert found.a / (found.a + found.b) == pytest.approx(0.8 / 3.3, rel=0.05)
    silent = log_odds_silent(
        found, repeats=pl.col(REPEATS), recency=pl.col(RECENCY), age=pl.col(AGE), ahead=90
    )
    come = quality(many.select("churned", probability=1 / (1 + (-silent).exp())))
    assert come.calibration_error < 0.01
    assert come.auc is not None
    assert come.auc > 0.8


def test_points_add_up_to_silence_and_purchases() -> None:
    body = PURCHASE_HISTORY.fit(BUYERS, **LEARNING)
    scored = PURCHASE_HISTORY.score(body, BUYERS)
    both = scored.points.with_columns(scored.scores["base"], scored.scores["score"])
    assert scored.points.columns == ["customer_id", RECENCY, REPEATS]
    assert both.filter(pl.col("score") != pl.col("base") + pl.col(RECENCY) + pl.col(REPEATS)).is_empty()
    assert both[RECENCY].to_numpy().min() >= 0
    assert both.filter(pl.Series(BUYERS[RECENCY] == BUYERS[AGE]), pl.col(RECENCY) != 0).is_empty()
    assert abs(scored.scores["score"].to_numpy().mean() - body.base) <= 0.5


def test_who_bought_nothing_is_told_the_mean_and_no_reason() -> None:
    body = PURCHASE_HISTORY.fit(BUYERS, **LEARNING)
    nobody = pl.DataFrame({"customer_id": ["a"]})
    scored = PURCHASE_HISTORY.score(body, nobody)
    assert scored.scores["score"].to_list() == [body.base]
    assert scored.reasons.is_empty()


def test_the_same_buyers_in_any_order_give_the_same_body() -> None:
    first, second = (
        PURCHASE_HISTORY.fit(BUYERS.sample(fraction=1.0, shuffle=True, seed=seed), **LEARNING)
        for seed in (1, 2)
    )
    assert first == second


def test_without_labels_it_is_learnt_but_not_called_calibrated() -> None:
    labelled = PURCHASE_HISTORY.fit(BUYERS, **LEARNING)
    unknown = BUYERS.with_columns(churned=pl.lit(None, pl.Boolean))
    bare = PURCHASE_HISTORY.fit(unknown, **LEARNING)
    assert isinstance(bare, PurchaseHistory)
    assert (labelled.is_calibrated, bare.is_calibrated) == (True, False)
    assert (labelled.r, labelled.alpha) == (bare.r, bare.alpha)


@pytest.mark.parametrize(
    ("examples", "wrong"),
    [
        (BUYERS.filter(pl.col(REPEATS) == 0), "nobody bought twice"),
        (BUYERS.with_columns(pl.lit(None).alias(AGE)), "no example has a purchase"),
    ],
)
def test_too_little_to_learn_from_is_refused(examples: pl.DataFrame, wrong: str) -> None:
    with pytest.raises(NothingToLearnFrom, match=wrong):
        PURCHASE_HISTORY.fit(examples, **LEARNING)


def test_features_that_are_missing_are_named() -> None:
    with pytest.raises(ValueError, match="purchase_age_days"):
        PURCHASE_HISTORY.fit(BUYERS, features=[feature(REPEATS)], seed=1, horizon_days=90)
