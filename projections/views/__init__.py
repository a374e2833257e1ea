"""Every view, read top to bottom."""

from projections.views.satisfaction_scores import SATISFACTION_SCORES
from projections.views.view import View

VIEWS: tuple[View, ...] = (SATISFACTION_SCORES,)
