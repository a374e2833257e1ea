"""Root fields about views: each as a flat list and as a connection."""

from graphql_api.datasets.views import VIEW_DATASETS
from graphql_api.views.root_fields import view_fields
from graphql_api.views.view_model import view_model
from projections.views import VIEWS

VIEW_MODELS = {
    view.name: view_model(view, dataset) for view, dataset in zip(VIEWS, VIEW_DATASETS, strict=True)
}

ViewQueries = view_fields("ViewQueries", VIEW_MODELS.values())
