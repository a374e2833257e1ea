"""A store that nobody has open, on each server in turn, and somebody who backs it up."""

from collections.abc import Iterator

import pytest

from infra.settings import Settings
from tests.conftest import RunningServer
from tests.infra.backup.given import Desk, closed_store


@pytest.fixture
def settings(server: RunningServer) -> Iterator[Settings]:
    """A fresh store on each server in turn."""
    yield from closed_store(server)


@pytest.fixture
def desk(settings: Settings) -> Desk:
    """Whoever backs that store up."""
    return Desk(settings=settings)


@pytest.fixture
def embedded_desk(embedded_server: RunningServer) -> Iterator[Desk]:
    """The same on the embedded server alone, where the server makes no difference."""
    for settings in closed_store(embedded_server):
        yield Desk(settings=settings)
