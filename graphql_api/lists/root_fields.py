"""The root fields of datasets: for each a flat list and a connection."""

from collections.abc import Callable, Iterable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension

from graphql_api.datasets.dataset import Dataset
from graphql_api.permissions import may


def list_fields(
    name: str,
    models: Iterable[Any],
    *,
    flat: Callable[[Any], FieldExtension],
    paged: Callable[[Any], FieldExtension],
    connection: Any,
) -> type:
    """A part of Query, with the fields `<dataset>` and `<dataset>_connection` of each model.

    `flat` and `paged` give a field its arguments and rows; `connection` is the type of its pages.
    """
    kinds: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for model in models:
        dataset, row = model.dataset, model.row_type
        rows, pages = dataset.name, f"{dataset.name}_connection"
        kinds[rows], kinds[pages] = list[row], connection[row]  # type: ignore[valid-type]
        fields[rows] = _field(dataset, f"As a flat list: {dataset.meaning}", flat(model))
        fields[pages] = _field(dataset, f"Page by page: {dataset.meaning}", paged(model))
    return strawberry.type(type(name, (), {"__annotations__": kinds, "__module__": __name__, **fields}))


def _field(dataset: Dataset, description: str, extension: FieldExtension) -> Any:
    return strawberry.field(
        description=description, extensions=[extension], permission_classes=[may(dataset.readers)]
    )
