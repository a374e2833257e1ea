"""A rule score adds the points of the conditions that are met, and of nothing that is not known."""

import msgspec
import polars as pl

from domain.organisation.churn_models import Condition, RuleScore
from projections.views.churn.feature_words import FEATURES
from projections.views.churn.models import BY_BODY, BY_KIND, MODELS
from projections.views.churn.rule_score import BASE, DEFAULT, RULE_SCORE

BODY = RuleScore(
    base=-1000,
    conditions=(
        Condition(feature="ends_in", at_least=0, at_most=30, points=500),
        Condition(feature="ends_in", at_most=90, points=400),
        Condition(feature="plan", any_of=("monthly", "prepaid"), points=300),
        Condition(feature="months", at_least=60, points=-200),
    ),
)


def test_points_of_a_features_conditions_add_up() -> None:
    customers = pl.DataFrame(
        {
            "customer_id": ["near", "soon", "gone", "far", "unknown"],
            "ends_in": [30, 90, -1, 91, None],
            "plan": ["monthly", "prepaid", "yearly", None, None],
            "months": [60.0, 59.9, None, float("nan"), None],
        }
    )
    scored = RULE_SCORE.score(BODY, customers)
    assert scored.points.rows() == [
        ("near", 900, 300, -200),
        ("soon", 400, 300, 0),
        ("gone", 400, 0, 0),
        ("far", 0, 0, 0),
        ("unknown", 0, 0, 0),
    ]
    assert scored.scores["score"].to_list() == [0, -300, -600, -1000, -1000]
    assert scored.scores["probability"].to_list() == [0.5, 0.425557, 0.354344, 0.268941, 0.268941]


def test_text_where_a_number_is_asked_meets_nothing() -> None:
    customers = pl.DataFrame({"customer_id": ["a"], "months": ["many"]})
    assert RULE_SCORE.score(BODY, customers).points.row(0) == ("a", 0, 0, 0)


def test_the_default_asks_of_features_that_there_are_and_is_not_calibrated() -> None:
    kinds = {feature.name: feature.kind for feature in FEATURES}
    asked = {condition.feature: bool(condition.any_of) for condition in DEFAULT.conditions}
    assert {name: kinds.get(name) == "category" for name in asked} == asked
    assert set(asked) <= set(kinds)
    assert not DEFAULT.is_calibrated
    assert RULE_SCORE.fit is None
    assert DEFAULT.base == BASE


def test_every_model_has_its_own_kind_and_body() -> None:
    assert len(BY_KIND) == len(BY_BODY) == len(MODELS)
    assert {model.kind for model in MODELS} == {str(msgspec.inspect.type_info(body).tag) for body in BY_BODY}
