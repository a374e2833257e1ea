"""All churn models, in the order in which they are told."""

from projections.views.churn.scorecard import SCORECARD

MODELS = (SCORECARD,)
