"""An application over a store with three hundred calls, and callers who ask it."""

from collections.abc import Iterator

import pytest

from graphql_api.app import create_app
from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.given import NOW, Api, Asking, call_row, calls_told, key_for, started


@pytest.fixture(scope="package")
def calls_store(embedded_server: RunningServer) -> Iterator[Store]:
    """A store whose 300 calls nobody changes."""
    for store in fresh_store(embedded_server):
        calls_told(store, [call_row(number) for number in range(300)])
        yield store


@pytest.fixture(scope="package")
def api(calls_store: Store) -> Iterator[Api]:
    """The application over that store; its clock stands still."""
    with started(create_app(calls_store.settings, clock=lambda: NOW)) as api:
        yield api


@pytest.fixture(scope="package")
def manager(api: Api, calls_store: Store) -> Asking:
    """A service manager."""
    return Asking(api, key_for(calls_store, "service_manager"))


@pytest.fixture(scope="package")
def marketing(api: Api, calls_store: Store) -> Asking:
    """Somebody of marketing."""
    return Asking(api, key_for(calls_store, "marketing"))
