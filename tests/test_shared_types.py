"""Connections that share what ADBC knows of types share nothing else."""

import pytest
from adbc_driver_postgresql import dbapi
from psycopg.sql import SQL

from infra.stores import Store
from projections.storage.database import open_database


def test_each_connection_is_a_session_of_its_own(embedded_store: Store) -> None:
    asked = SQL("select pg_backend_pid() as pid")
    with open_database(embedded_store.conninfo) as one, open_database(embedded_store.conninfo) as other:
        assert one.query(asked).item() != other.query(asked).item()


def test_a_database_that_is_not_there_is_refused(embedded_store: Store) -> None:
    with (
        pytest.raises(dbapi.OperationalError),
        open_database(embedded_store.server.conninfo("never_made")),
    ):
        pass
