"""Which fields of its rows a list was asked for, so that no other column is read."""

from collections.abc import Iterator, Sequence
from typing import Any

import strawberry
from strawberry.types.nodes import SelectedField, Selection


def selected_names(info: strawberry.Info, *path: str) -> set[str]:
    """GraphQL names of the fields selected below this field, or below the fields that `path` names."""
    found: Sequence[Any] = info.selected_fields
    selections = [selection for field in found for selection in field.selections]
    for step in path:
        below = [field for field in _fields(selections) if field.name == step]
        selections = [selection for field in below for selection in field.selections]
    return {field.name for field in _fields(selections)}


def _fields(selections: Sequence[Selection]) -> Iterator[SelectedField]:
    for selection in selections:
        if isinstance(selection, SelectedField):
            yield selection
        else:
            yield from _fields(selection.selections)
