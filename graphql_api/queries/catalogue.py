"""Root fields about what there is: datasets with their fields, the unit tree, and the organisation itself."""

import strawberry

from graphql_api.catalogue.dataset_entries import DatasetEntry, datasets
from graphql_api.catalogue.organisation import Organisation, organisation
from graphql_api.catalogue.unit_tree import UnitPlace, unit_tree
from graphql_api.permissions import READERS_OF_FIGURES, may


@strawberry.type
class CatalogueQueries:
    datasets: list[DatasetEntry] = strawberry.field(
        description="Every dataset that you may read: its fields, its arguments, and how far it has come.",
        resolver=datasets,
        permission_classes=[may(READERS_OF_FIGURES)],
    )
    unit_tree: list[UnitPlace] = strawberry.field(
        description="The organisation's units at a day or a moment, in the order of the tree.",
        resolver=unit_tree,
        permission_classes=[may(READERS_OF_FIGURES)],
    )
    organisation: Organisation = strawberry.field(
        description="The organisation's zone and programmes, and how far everything has come.",
        resolver=organisation,
        permission_classes=[may(READERS_OF_FIGURES)],
    )
