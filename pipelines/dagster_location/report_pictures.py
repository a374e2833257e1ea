"""The plots of a churn model's report, over customers who are made up: what the documentation shows."""

from collections.abc import Mapping
from typing import Any

from pipelines.churn_plots import drift_plot, points_plot, reliability_plot, rolling_plot, spread_plot
from pipelines.dagster_location.made_up_customers import (
    HORIZON_DAYS,
    SEED,
    made_up_customers,
    made_up_examples,
)
from projections.views.churn.calibration import reliability
from projections.views.churn.drift import drift, spread_counts
from projections.views.churn.feature_words import FEATURES
from projections.views.churn.scorecard import SCORECARD, fit, score
from projections.views.churn.validation import cross_fitted, quality, rolling

MONTHS_SHORTER = 20.0
"""How much newer the customers of the drift are than those that were learnt from."""


def report_pictures() -> Mapping[str, str]:
    """Each plot as SVG, by the name of its file; the same libraries give the same text."""
    cutoffs, today = made_up_examples(), made_up_customers(seed=SEED, shorter_by=MONTHS_SHORTER)
    learnt_from = cutoffs[-1].examples
    chosen = [feature for feature in FEATURES if feature.name in learnt_from.columns]
    words = {feature.name: feature.name_en for feature in chosen} | {"score": "score"}
    learning: dict[str, Any] = {"features": chosen, "seed": SEED, "horizon_days": HORIZON_DAYS}
    card = fit(learnt_from, **learning)
    told = cross_fitted(SCORECARD, learnt_from, **learning)
    scores = score(card, today).scores
    return {
        "churn_points.svg": points_plot(card, words=words),
        "churn_reliability.svg": reliability_plot(reliability(told), error=quality(told).calibration_error),
        "churn_back_tests.svg": rolling_plot(rolling(SCORECARD, cutoffs, **learning)),
        "churn_drift.svg": drift_plot(drift(card, today, scores), words=words),
        "churn_scores.svg": spread_plot(card.spread, spread_counts(card.spread, scores["score"])),
    }
