"""The root fields of views: for each a flat list and a connection."""

from collections.abc import Iterable
from typing import Any

import strawberry

from graphql_api.permissions import may
from graphql_api.views.view_connection import ViewConnection, ViewPages
from graphql_api.views.view_list import ViewList
from graphql_api.views.view_model import ViewModel


def view_fields(name: str, models: Iterable[ViewModel]) -> type:
    """A part of Query, with the fields `<view>` and `<view>_connection` of each model."""
    kinds: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for model in models:
        dataset, row, roles = model.dataset, model.row_type, may(model.dataset.readers)
        kinds[dataset.name], kinds[f"{dataset.name}_connection"] = list[row], ViewConnection[row]  # type: ignore[valid-type]
        fields[dataset.name] = strawberry.field(
            description=f"As a flat list: {dataset.meaning}",
            extensions=[ViewList(model)],
            permission_classes=[roles],
        )
        fields[f"{dataset.name}_connection"] = strawberry.field(
            description=f"Page by page: {dataset.meaning}",
            extensions=[ViewPages(model)],
            permission_classes=[roles],
        )
    return strawberry.type(type(name, (), {"__annotations__": kinds, "__module__": __name__, **fields}))
