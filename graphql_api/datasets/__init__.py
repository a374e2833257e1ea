"""Everything that is served as rows: every fact and every view, by its name."""

from graphql_api.datasets.dataset import Column, Dataset
from graphql_api.datasets.facts import FACT_DATASETS
from graphql_api.datasets.views import VIEW_DATASETS

DATASETS = {dataset.name: dataset for dataset in (*FACT_DATASETS, *VIEW_DATASETS)}

__all__ = ["DATASETS", "FACT_DATASETS", "VIEW_DATASETS", "Column", "Dataset"]
