"""A store in which every view has three days of random rows."""

from collections.abc import Iterator

import pytest

from infra.stores import Store
from projections.views import VIEWS
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.views.given import random_days, store_days


@pytest.fixture(scope="package")
def filled_store(embedded_server: RunningServer) -> Iterator[Store]:
    """Nobody changes it."""
    for store in fresh_store(embedded_server):
        for seed, view in enumerate(VIEWS):
            store_days(store, view, random_days(view, seed=seed))
        yield store
