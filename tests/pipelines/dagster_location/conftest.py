"""The code location, imported with Dagster's warnings allowed, and a store of rated days to run it over."""

import warnings
from collections.abc import Iterator
from importlib import import_module

import dagster as dg
import pytest

from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.dagster_location.given import a_rated_day, told_and_projected

with warnings.catch_warnings():
    # Assets that are observed and never made here are called beta.
    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    import_module("pipelines.dagster_location.definitions")

DAYS = 10


@pytest.fixture(scope="package")
def rated_store(embedded_server: RunningServer) -> Iterator[Store]:
    """Ten rated days, projected; nobody changes facts or sums in it."""
    for store in fresh_store(embedded_server):
        told_and_projected(store, [event for day in range(DAYS) for event in a_rated_day(day)])
        yield store


@pytest.fixture(scope="package")
def instance() -> Iterator[dg.DagsterInstance]:
    """Runs and events of these tests, kept nowhere."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance
