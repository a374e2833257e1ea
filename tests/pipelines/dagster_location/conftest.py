"""The code location, imported with Dagster's own warnings allowed, and stores of rated days to run it over."""

import warnings
from collections.abc import Iterator

import dagster as dg
import pytest

from infra.stores import Store
from tests.conftest import RunningServer, fresh_store
from tests.pipelines.dagster_location.given import NOW, a_rated_day, told_and_projected

with warnings.catch_warnings():
    # Observable assets are called beta, and making one reads a property of Dagster's that Dagster deprecates.
    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    warnings.filterwarnings("ignore", message="Property `OpDefinition.version`", category=DeprecationWarning)
    from pipelines.dagster_location import definitions

DAYS = 30
