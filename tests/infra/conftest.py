"""Stores without tables of facts: nothing here projects."""

from collections.abc import Iterator

import pytest

from infra.stores import Store
from tests.conftest import RunningServer, fresh_store


@pytest.fixture
def store(server: RunningServer) -> Iterator[Store]:
    """An open store in fresh databases, on each server in turn."""
    yield from fresh_store(server, has_tables=False)


@pytest.fixture
def embedded_store(embedded_server: RunningServer) -> Iterator[Store]:
    """An open store in fresh databases on the embedded server."""
    yield from fresh_store(embedded_server, has_tables=False)
