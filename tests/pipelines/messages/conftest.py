"""A source system that sends calls to an application of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.messages.given import MAPPING, Source, source_of


@pytest.fixture
def source(embedded_store: Store, tmp_path: Path) -> Iterator[Source]:
    """A source of calls, with a log to itself."""
    with source_of(embedded_store, tmp_path, desk=MAPPING) as sending:
        yield sending


@pytest.fixture(scope="module")
def asked_store(embedded_server: RunningServer) -> Iterator[Store]:
    """The store of `asked`."""
    yield from fresh_store(embedded_server)


@pytest.fixture(scope="module")
def asked(asked_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    """A source of calls that all tests of a module share: what is in its log is not for them to say."""
    with source_of(asked_store, tmp_path_factory.mktemp("asked"), desk=MAPPING) as sending:
        yield sending
