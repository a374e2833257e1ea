"""A store is made, migrated and opened the same way on every server."""

import adbc_driver_postgresql.dbapi as adbc
import pytest
from psycopg import Connection

from infra.stores import Store


def test_address_serves_psycopg_and_adbc(store: Store) -> None:
    with store.connect() as connection:
        [name] = connection.execute("select current_database()").fetchone() or ()
    with adbc.connect(store.conninfo) as other, other.cursor() as cursor:
        cursor.execute("select current_database()")
        assert cursor.fetchone() == (name,) == (f"kefu_{store.settings.store}",)
