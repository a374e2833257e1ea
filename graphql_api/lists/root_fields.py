"""The root fields of read models: for each a flat list and a connection."""

from collections.abc import Iterable
from typing import Any

import strawberry

from graphql_api.lists.connection import Connection, KeysetConnection
from graphql_api.lists.flat_list import FlatList
from graphql_api.lists.read_model import ReadModel
from graphql_api.permissions import may


def list_fields(name: str, models: Iterable[ReadModel]) -> type:
    """A part of Query, with the fields `<dataset>` and `<dataset>_connection` of each model."""
    kinds: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for model in models:
        dataset, row, roles = model.dataset, model.row_type, may(model.dataset.readers)
        kinds[dataset.name], kinds[f"{dataset.name}_connection"] = list[row], Connection[row]  # type: ignore[valid-type]
        fields[dataset.name] = strawberry.field(
            description=f"As a flat list: {dataset.meaning}",
            extensions=[FlatList(model)],
            permission_classes=[roles],
        )
        fields[f"{dataset.name}_connection"] = strawberry.field(
            description=f"Page by page: {dataset.meaning}",
            extensions=[KeysetConnection(model)],
            permission_classes=[roles],
        )
    return strawberry.type(type(name, (), {"__annotations__": kinds, "__module__": __name__, **fields}))
