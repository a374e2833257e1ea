"""Every view, read top to bottom."""

from projections.views.satisfaction_scores import SATISFACTION_SCORES
from projections.views.view import View

VIEWS: tuple[View, ...] = (SATISFACTION_SCORES,)


def view_named(name: str) -> View:
    """The view of that name; raises KeyError."""
    return {view.name: view for view in VIEWS}[name]
