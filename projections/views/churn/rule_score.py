"""The rule score: points for what anybody in the trade would look at, where nothing could be learnt yet.

The points are a judgement, not learnt, and its probability is not calibrated: it puts customers in an order
and gives reasons. An organisation may write its own as a rule of kind `churn_model`.
"""

import polars as pl

from domain.organisation.churn_models import Condition, RuleScore
from projections.views.churn.bins import category, number
from projections.views.churn.model import ID, ChurnModel, Scored, scored, with_missing

BASE = -2500
"""Of whom nothing is known, about 8 in 100: e^-2.5 / (1 + e^-2.5)."""

DEFAULT = RuleScore(
    base=BASE,
    conditions=(
        Condition(feature="cancellations_90_days", at_least=1, points=1500),
        Condition(feature="contract_ends_in_days", at_most=90, points=400),
        Condition(feature="contract_ends_in_days", at_most=30, points=500),
        Condition(feature="tenure_months", at_most=12, points=300),
        Condition(feature="tenure_months", at_least=60, points=-400),
        Condition(feature="complaints_open", at_least=1, points=600),
        Condition(feature="complaints_90_days", at_least=2, points=300),
        Condition(feature="dissatisfied_open", at_least=1, points=500),
        Condition(feature="satisfied_share", at_most=0.5, points=300),
        Condition(feature="spend_trend", at_most=0.7, points=500),
        Condition(feature="volume_trend", at_most=0.7, points=400),
        Condition(feature="months_since_usage", at_least=2, points=700),
        Condition(feature="months_since_usage", at_least=6, points=600),
        Condition(feature="warnings_90_days", at_least=1, points=300),
        Condition(feature="points_lapsing_90_days", at_least=1, points=200),
    ),
)
"""A doubling of the odds is 693 points; a feature's conditions add up, so 2 and 6 months are 1300."""


def score(body: RuleScore, customers: pl.DataFrame) -> Scored:
    """Each customer's points of every feature: those of all its conditions that are met."""
    features = dict.fromkeys(condition.feature for condition in body.conditions)
    points = with_missing(customers, [*features]).select(
        ID, *(pl.sum_horizontal(_points(body, feature)).alias(feature) for feature in features)
    )
    return scored(points, base=body.base)


def _points(body: RuleScore, feature: str) -> list[pl.Expr]:
    asked = [condition for condition in body.conditions if condition.feature == feature]
    nothing = pl.lit(0, pl.Int64)
    return [pl.when(_is_met(each)).then(pl.lit(each.points, pl.Int64)).otherwise(nothing) for each in asked]


def _is_met(condition: Condition) -> pl.Expr:
    """Null, which meets nothing, where the feature is not known."""
    if condition.any_of:
        return category(condition.feature).is_in(condition.any_of)
    told = number(condition.feature)
    bounds = [
        *([told >= condition.at_least] if condition.at_least is not None else []),
        *([told <= condition.at_most] if condition.at_most is not None else []),
    ]
    return pl.all_horizontal(bounds)


RULE_SCORE = ChurnModel(kind="rule_score", body=RuleScore, reads=pl.lit(value=True), fit=None, score=score)
