"""Whether probabilities come true: the map that makes them so, the reliability table, ECE and Brier score."""

from typing import Any, Literal

import numpy as np
import polars as pl

from domain.organisation.churn_bins import Calibration
from projections.views.churn.model import CHURNED, NothingToLearnFrom

BINS = 10
UNPENALISED = 1e6
TOLERANCE = 1e-9
MOST_STEPS = 1000
DECIMALS = 6
RELIABILITY = {
    "bin": pl.Int64(),
    "examples": pl.Int64(),
    "churned": pl.Int64(),
    "mean_probability": pl.Float64(),
    "churn_rate": pl.Float64(),
}


def calibration(log_odds: Any, churned: Any) -> Calibration:
    """Platt's map from log-odds of examples that were not learnt from to those that come true.

    Two parameters, monotone, so the order of customers stays, learnt from targets a little off 0 and 1, so
    that examples that are told apart for certain are not: Platt (1999), Probabilistic outputs for support
    vector machines. `NothingToLearnFrom` where the log-odds do not rise with who churned.
    """
    from sklearn.linear_model import LogisticRegression

    came = np.asarray(churned, bool)
    hoped = np.where(came, (came.sum() + 1) / (came.sum() + 2), 1 / ((~came).sum() + 2))
    twice = np.tile(np.asarray(log_odds, float), 2).reshape(-1, 1)
    model = LogisticRegression(C=UNPENALISED, tol=TOLERANCE, max_iter=MOST_STEPS)
    model.fit(twice, np.repeat([1, 0], came.size), sample_weight=np.concatenate([hoped, 1 - hoped]))
    slope, intercept = round(float(model.coef_[0, 0]), DECIMALS), round(float(model.intercept_[0]), DECIMALS)
    if slope <= 0:
        raise NothingToLearnFrom(
            "the features tell nothing about who churned: learn from other or more examples"
        )
    return Calibration(slope=slope, intercept=intercept)


def reliability(
    told: pl.DataFrame, *, bins: int = BINS, equal: Literal["count", "width"] = "count"
) -> pl.DataFrame:
    """What was told against what came, by bins of probability, the lowest first; columns of `RELIABILITY`.

    `told` is [probability, churned (Boolean)]. Bins hold equally many examples, or are equally wide; equal
    probabilities share a bin, and a bin without examples is left out.
    """
    probability = pl.col("probability")
    share = (probability.rank("average") - 0.5) / pl.len() if equal == "count" else probability
    return (
        told.with_columns(bin=(share * bins).floor().clip(0, bins - 1).cast(pl.Int64))
        .group_by("bin")
        .agg(
            examples=pl.len().cast(pl.Int64),
            churned=pl.col(CHURNED).sum().cast(pl.Int64),
            mean_probability=probability.sort().mean(),
            churn_rate=pl.col(CHURNED).mean(),
        )
        .sort("bin")
        .match_to_schema(RELIABILITY)
    )


def calibration_error(table: pl.DataFrame) -> float:
    """Expected calibration error of a reliability table: how far told and come are apart, by examples.

    Naeini, Cooper & Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning.
    """
    apart = (pl.col("mean_probability") - pl.col("churn_rate")).abs()
    error = table.select((apart * pl.col("examples")).sum() / pl.col("examples").sum()).item()
    return float(error)


def brier_score(told: pl.DataFrame) -> float:
    """The mean square between probability and what came, 0 at best: Brier (1950), Monthly Weather Review."""
    apart = pl.col("probability") - pl.col(CHURNED).cast(pl.Float64)
    return float(told.select((apart**2).sort().mean()).item())
