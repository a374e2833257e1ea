"""All churn models, in the order in which they are told."""

from projections.views.churn.purchase_history import PURCHASE_HISTORY
from projections.views.churn.rule_score import RULE_SCORE
from projections.views.churn.scorecard import SCORECARD

MODELS = (SCORECARD, PURCHASE_HISTORY, RULE_SCORE)
BY_KIND = {model.kind: model for model in MODELS}
BY_BODY = {model.body: model for model in MODELS}
