"""The scorecard: calibrated logistic regression over binned features, whose points add up to the score.

Each feature's values are sorted into bins, each bin has a weight, and the log-odds of churning are the sum of
a customer's weights (Siddiqi 2006, Credit Risk Scorecards). Weights are learnt with a penalty, log-odds of
customers left out of learning give the calibration, and this goes into the points: what is stored, in whole
thousandths, is all that scoring needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from domain.organisation.churn_bins import Bin, Calibration, CategoryBins, NumberBins
from domain.organisation.churn_models import Scorecard
from projections.views.churn.bins import Binning, bin_indices, binnings, points_of
from projections.views.churn.calibration import calibration
from projections.views.churn.drift import spread_of
from projections.views.churn.model import (
    CHURNED,
    HAS_CONTRACT,
    ID,
    THOUSANDTHS,
    ChurnModel,
    Feature,
    NothingToLearnFrom,
    Scored,
    check_labels,
    in_order,
    one_thread,
    scored,
    with_missing,
)
from projections.views.churn.validation import FOLDS, folds

PENALTY = 0.1
"""scikit-learn's C, the inverse of the penalty: chosen by five-fold validation (DECISIONS.md)."""
TOLERANCE = 1e-8
SOLVER = "newton-cholesky"
"""A handful of exact steps for a few hundred bins, where the default solver takes hundreds of rough ones."""


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """Bins with their weights, as learnt: one array for all bins of all features, one after another."""

    binnings: Sequence[Binning]
    weights: Any
    intercept: float

    def log_odds(self, customers: pl.DataFrame) -> Any:
        """Of each customer the log-odds of churning, before calibration."""
        indices = bin_indices(self.binnings, customers)
        return indicators(self.binnings, indices) @ self.weights + self.intercept


def fit(examples: pl.DataFrame, *, features: Sequence[Feature], seed: int, horizon_days: int) -> Scorecard:
    """Learn a scorecard; how far ahead it looks is in the labels already, so the horizon is only checked."""
    if horizon_days <= 0:
        raise ValueError(f"horizon_days {horizon_days} is positive")
    check_labels(examples)
    ordered = in_order(examples)
    fold = folds(ordered, seed=seed)
    with one_thread():
        learnt = weigh(ordered, features=features, seed=seed)
        log_odds = left_out_log_odds(ordered, features=features, seed=seed, fold=fold)
        calibrated = calibration(log_odds, ordered[CHURNED].to_numpy())
    return _as_card(learnt, calibrated, ordered)


def score(body: Scorecard, customers: pl.DataFrame) -> Scored:
    """Each customer's points of every part, the log-odds that they add up to, and the probability."""
    return scored(_points(body.parts, customers), base=body.base)


def weigh(examples: pl.DataFrame, *, features: Sequence[Feature], seed: int) -> Weighed:
    """Learn bins and their weights, without calibration; the order of examples is theirs."""
    from sklearn.linear_model import LogisticRegression

    made = binnings(examples, features, seed=seed)
    if not made:
        raise NothingToLearnFrom("no feature tells examples apart: all are alike, or nothing is known")
    model = LogisticRegression(C=PENALTY, solver=SOLVER, tol=TOLERANCE)
    model.fit(indicators(made, bin_indices(made, examples)), examples[CHURNED].to_numpy())
    return Weighed(binnings=made, weights=model.coef_[0], intercept=float(model.intercept_[0]))


def left_out_log_odds(examples: pl.DataFrame, *, features: Sequence[Feature], seed: int, fold: Any) -> Any:
    """Each example's log-odds from bins and weights that did not learn from its fold, of FOLDS in all."""
    log_odds = np.zeros(examples.height)
    for each in range(FOLDS):
        learnt = weigh(examples.filter(fold != each), features=features, seed=seed)
        log_odds[fold == each] = learnt.log_odds(examples.filter(fold == each))
    return log_odds


def indicators(made: Sequence[Binning], indices: Any) -> Any:
    """A sparse matrix with one column per bin of every feature: 1 where the customer lies in it."""
    from scipy.sparse import csr_matrix

    starts = bin_starts(made)
    customers, features = indices.shape
    columns = (indices + starts[:-1]).ravel()
    rows = np.arange(customers + 1) * features
    return csr_matrix((np.ones(columns.size), columns, rows), shape=(customers, starts[-1]))


def bin_starts(made: Sequence[Binning]) -> Any:
    """Where each feature's bins begin among all bins, and after the last one where all end."""
    return np.cumsum([0, *(each.count for each in made)])


def _as_card(learnt: Weighed, calibrated: Calibration, examples: pl.DataFrame) -> Scorecard:
    """Weights as calibrated points against the mean of the examples; a bin without examples has none."""
    indices = bin_indices(learnt.binnings, examples)
    counts = np.asarray(indicators(learnt.binnings, indices).sum(axis=0)).ravel()
    base = calibrated.slope * learnt.intercept + calibrated.intercept
    parts = []
    for binning, (start, end) in zip(learnt.binnings, pairwise(bin_starts(learnt.binnings)), strict=True):
        weights, lying = calibrated.slope * learnt.weights[start:end], counts[start:end]
        mean = float(weights @ lying) / examples.height
        base += mean
        points = np.rint((weights - mean) * THOUSANDTHS) * (lying > 0)
        parts.append(_part(binning, [Bin(*map(int, each)) for each in zip(points, lying, strict=True)]))
    whole = round(base * THOUSANDTHS)
    scores = scored(_points(parts, examples), base=whole).scores["score"]
    return Scorecard(base=whole, parts=tuple(parts), calibration=calibrated, spread=spread_of(scores))


def _points(parts: Sequence[NumberBins | CategoryBins], customers: pl.DataFrame) -> pl.DataFrame:
    known = with_missing(customers, [part.feature for part in parts])
    return known.select(ID, *(points_of(part).alias(part.feature) for part in parts))


def _part(binning: Binning, bins: Sequence[Bin]) -> NumberBins | CategoryBins:
    *told, unknown = bins
    if not binning.categories:
        return NumberBins(feature=binning.feature, edges=binning.edges, bins=tuple(told), unknown=unknown)
    *named, other = told
    return CategoryBins(
        feature=binning.feature,
        bins=dict(zip(binning.categories, named, strict=True)),
        other=other,
        unknown=unknown,
    )


SCORECARD = ChurnModel(kind="scorecard", body=Scorecard, reads=pl.col(HAS_CONTRACT), fit=fit, score=score)
