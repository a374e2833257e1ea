"""Drift is the population stability index: nothing where shares agree, more the further they are apart."""

from math import log
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.views.churn.drift import drift, spread_counts, spread_of, stability_index, verdict
from projections.views.churn.purchase_history import PURCHASE_HISTORY
from projections.views.churn.scorecard import SCORECARD
from tests.projections.views.churn.examples import FEATURES, PURCHASES, buyers, contract_customers

LEARNING: dict[str, Any] = {"seed": 1, "horizon_days": 60}
counts = st.lists(st.integers(0, 50), min_size=3, max_size=3).filter(any)


def test_the_index_is_the_formula() -> None:
    expected = (0.2 - 0.5) * log(0.2 / 0.5) + (0.8 - 0.5) * log(0.8 / 0.5)
    assert stability_index([50, 50], [2, 8]) == pytest.approx(expected)


@settings(max_examples=40)
@given(was=counts, now=counts, times=st.integers(1, 9))
def test_the_index_is_zero_of_like_shares_and_the_same_both_ways(
    was: list[int], now: list[int], times: int
) -> None:
    assert stability_index(was, now) >= 0
    assert stability_index(was, now) == pytest.approx(stability_index(now, was))
    assert stability_index(
        [9 * each + 9 for each in was], [times * (each + 1) for each in was]
    ) == pytest.approx(0)


def test_nobody_has_not_drifted() -> None:
    assert stability_index([0, 0], [3, 4]) == stability_index([3, 4], [0, 0]) == 0.0


@pytest.mark.parametrize(
    ("psi", "means"), [(0.0, "stable"), (0.0999, "stable"), (0.1, "watched"), (0.25, "drifted")]
)
def test_the_index_means(psi: float, means: str) -> None:
    assert verdict(psi) == means


@settings(max_examples=40)
@given(scores=st.lists(st.integers(-30, 30), min_size=1, max_size=80))
def test_a_spread_counts_every_score_once(scores: list[int]) -> None:
    spread = spread_of(pl.Series(scores, dtype=pl.Int64))
    edges = [*spread.edges, max(scores)]
    in_bins = [next(place for place, edge in enumerate(edges) if score <= edge) for score in scores]
    assert list(spread.examples) == [in_bins.count(place) for place in range(len(edges))]
    assert spread_counts(spread, pl.Series(scores, dtype=pl.Int64)) == list(spread.examples)
    assert len(set(scores)) == 1 or spread.edges


def test_the_examples_themselves_have_not_drifted_and_others_have() -> None:
    customers = contract_customers()
    card = SCORECARD.fit(customers, features=FEATURES, **LEARNING)
    same = drift(card, customers, SCORECARD.score(card, customers).scores)
    assert same["feature"].to_list() == ["score", "months", "complaints", "spend", "plan", "city"]
    assert same["psi"].to_list() == pytest.approx([0.0] * 6, abs=1e-9)
    later = customers.with_columns(
        plan=pl.lit("monthly"), spend=pl.when(pl.col("months") > 36).then("spend")
    ).drop("city")
    found = drift(card, later, SCORECARD.score(card, later).scores)
    verdicts = dict(zip(found["feature"], found["verdict"], strict=True))
    assert verdicts == {
        "score": "drifted",
        "months": "stable",
        "complaints": "stable",
        "spend": "drifted",
        "plan": "drifted",
        "city": "drifted",
    }


def test_of_purchases_the_score_is_watched() -> None:
    customers = buyers()
    body = PURCHASE_HISTORY.fit(customers, features=PURCHASES, **LEARNING)
    found = drift(body, customers, PURCHASE_HISTORY.score(body, customers).scores)
    assert found.rows() == [("score", 0.0, "stable")]
