"""An application over a store with figures to ask for, which nobody changes, and the facts that it reads."""

from collections.abc import Iterator

import pytest

from graphql_api.app import create_app
from projections.storage.reader import StoredFacts, stored_facts
from tests.conftest import RunningServer, fresh_store
from tests.graphql_api.figures.given import Told, tell_figures
from tests.graphql_api.given import NOW, Asking, key_for, started


@pytest.fixture(scope="package")
def told(embedded_server: RunningServer) -> Iterator[Told]:
    for store in fresh_store(embedded_server):
        tell_figures(store)
        with started(create_app(store.settings, clock=lambda: NOW)) as api:
            roles = ("marketing", "service_manager", "bi_reader", "club_manager")
            yield Told(store, *(Asking(api, key_for(store, role)) for role in roles))


@pytest.fixture(scope="package")
def facts(told: Told) -> Iterator[StoredFacts]:
    """The facts that the application reads, in one snapshot for all tests."""
    with stored_facts(told.store.conninfo) as facts:
        yield facts
