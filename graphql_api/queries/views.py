"""Root fields about views: each as a flat list and as a connection, and the history of one row of any."""

import strawberry

from graphql_api.datasets.views import VIEW_DATASETS
from graphql_api.lists.root_fields import list_fields
from graphql_api.permissions import READERS_OF_FIGURES, may
from graphql_api.views.row_history import RowHistory, RowInterval
from graphql_api.views.view_connection import ViewConnection, ViewPages
from graphql_api.views.view_list import ViewList
from graphql_api.views.view_model import view_model
from projections.views import VIEWS

VIEW_MODELS = {
    view.name: view_model(view, dataset) for view, dataset in zip(VIEWS, VIEW_DATASETS, strict=True)
}

ViewLists = list_fields(
    "ViewLists", VIEW_MODELS.values(), flat=ViewList, paged=ViewPages, connection=ViewConnection
)


@strawberry.type
class ViewQueries(ViewLists):  # type: ignore[misc, valid-type] # derived from views, which nobody can type
    row_history: list[RowInterval] = strawberry.field(
        description="How one row of a view that you may read stood over its stored days, the earliest first.",
        extensions=[RowHistory(VIEW_MODELS)],
        permission_classes=[may(READERS_OF_FIGURES)],
    )
