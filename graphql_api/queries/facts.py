"""Root fields about facts: each as a flat list and as a connection."""

from graphql_api.datasets import FACT_DATASETS
from graphql_api.lists.connection import Connection, KeysetConnection
from graphql_api.lists.fact_models import fact_model
from graphql_api.lists.flat_list import FlatList
from graphql_api.lists.root_fields import list_fields

FACT_MODELS = {dataset.name: fact_model(dataset) for dataset in FACT_DATASETS}

FactQueries = list_fields(
    "FactQueries", FACT_MODELS.values(), flat=FlatList, paged=KeysetConnection, connection=Connection
)
