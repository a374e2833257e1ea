"""Root fields about views: each as a flat list and as a connection."""

from graphql_api.datasets.views import VIEW_DATASETS
from graphql_api.lists.root_fields import list_fields
from graphql_api.views.view_connection import ViewConnection, ViewPages
from graphql_api.views.view_list import ViewList
from graphql_api.views.view_model import view_model
from projections.views import VIEWS

VIEW_MODELS = {
    view.name: view_model(view, dataset) for view, dataset in zip(VIEWS, VIEW_DATASETS, strict=True)
}

ViewQueries = list_fields(
    "ViewQueries", VIEW_MODELS.values(), flat=ViewList, paged=ViewPages, connection=ViewConnection
)
