"""Everything that is served as rows: every fact, by its name."""

from graphql_api.datasets.dataset import Column, Dataset
from graphql_api.datasets.facts import FACT_DATASETS

DATASETS = {dataset.name: dataset for dataset in FACT_DATASETS}

__all__ = ["DATASETS", "FACT_DATASETS", "Column", "Dataset"]
