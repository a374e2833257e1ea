"""Every view as a dataset, derived from its row class: nothing of a column is said twice."""

from types import NoneType
from typing import Any, get_args, get_type_hints

from graphql_api.access.readers import readers_of_view
from graphql_api.datasets.dataset import Column, Dataset, kind_of, what_a_row_is
from projections.meanings import meanings, reference, unit_of
from projections.views import VIEWS
from projections.views.view import View

TYPE_NAMES = {"point_redemption": "PointRedemptionOfMonth"}
"""Where a fact's rows have the name of the view's row class."""


def view_dataset(view: View) -> Dataset:
    """The dataset of one view, whichever day or moment its rows are of."""
    hints, told = get_type_hints(view.row), meanings(view.row)
    return Dataset(
        name=view.name,
        type_name=TYPE_NAMES.get(view.name, view.row.__name__),
        table=view.table,
        source="view",
        meaning=_meaning(view),
        columns=tuple(_column(name, hints[name], told[name], view.row) for name in view.schema),
        keys=view.keys,
        time=view.time,
        readers=readers_of_view(view),
    )


def _column(name: str, hint: Any, meaning: str, row_class: type) -> Column:
    kind = kind_of(hint)
    return Column(
        name=name,
        kind=kind,
        is_required=NoneType not in get_args(hint),
        meaning=meaning,
        unit=unit_of(name, kind, row_class),
        reference=reference(name, row_class),
    )


def _meaning(view: View) -> str:
    named = f"{view.name_en[0].upper()}{view.name_en[1:]} ({view.name_zh})."
    return f"{named} {what_a_row_is(view.row)}".strip()


VIEW_DATASETS: tuple[Dataset, ...] = tuple(map(view_dataset, VIEWS))
