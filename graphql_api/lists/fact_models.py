"""Each fact as a read model: its rows by time, by the position at which they were last told of, by key."""

from graphql_api.datasets.dataset import Dataset
from graphql_api.lists.read_model import ReadModel
from graphql_api.lists.row_types import orders_of, row_type


def fact_model(dataset: Dataset) -> ReadModel:
    orders = orders_of(dataset, [dataset.time, "last_position", None])
    return ReadModel(dataset=dataset, row_type=row_type(dataset), orders=orders)
