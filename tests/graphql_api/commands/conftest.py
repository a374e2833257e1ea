"""Somebody who may tell every command."""

import pytest

from infra.stores import Store
from tests.graphql_api.given import Api, Asking, key_for


@pytest.fixture(scope="package")
def admin(api: Api, calls_store: Store) -> Asking:
    """An admin of the store of calls, which gets commands told to it as well."""
    return Asking(api, key_for(calls_store, "admin"))
