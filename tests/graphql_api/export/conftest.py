"""A store with rows of every fact and days of every view, the application over it, and who asks it."""

from collections.abc import Iterator
from random import Random

import pytest

from graphql_api.app import create_app
from graphql_api.datasets import FACT_DATASETS
from infra.stores import Store
from projections.views import VIEWS
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.export.given import CALLS, Exporting
from tests.graphql_api.given import NOW, Api, calls_told, key_for, started
from tests.graphql_api.lists.given import rows_of, written
from tests.graphql_api.views.given import random_days, store_days


@pytest.fixture(scope="package")
def full_store(embedded_server: RunningServer) -> Iterator[Store]:
    """Nobody changes it; its calls are those of `given.CALLS`."""
    for store in fresh_store(embedded_server):
        calls_told(store, CALLS)
        for dataset in FACT_DATASETS:
            if dataset.name != "calls":
                written(store, dataset, rows_of(dataset, chance=Random(dataset.name)), has_void=False)
        for seed, view in enumerate(VIEWS):
            store_days(store, view, random_days(view, seed=seed))
        yield store


@pytest.fixture(scope="package")
def full_api(full_store: Store) -> Iterator[Api]:
    with started(create_app(full_store.settings, clock=lambda: NOW)) as api:
        yield api


@pytest.fixture(scope="package")
def admin(full_api: Api, full_store: Store) -> Exporting:
    """Who may read everything."""
    return Exporting(full_api, key_for(full_store, "admin"))
