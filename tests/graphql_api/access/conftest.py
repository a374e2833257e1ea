"""A store with two units, two managers and customers whose personal text is sealed, asked by every role."""

from collections.abc import Iterator

import pytest

from graphql_api.app import create_app
from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.access.given import stored_day, told
from tests.graphql_api.given import NOW, Api, started


@pytest.fixture(scope="package")
def shared_store(embedded_server: RunningServer) -> Iterator[Store]:
    for store in fresh_store(embedded_server):
        told(store)
        stored_day(store)
        yield store


@pytest.fixture(scope="package")
def everything(shared_store: Store) -> Iterator[Api]:
    with started(create_app(shared_store.settings, clock=lambda: NOW)) as api:
        yield api
