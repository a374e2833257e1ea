"""Rows copied in binary are the rows, whatever their types, nulls, order and number."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.sql import SQL, Identifier

from infra.stores import Store
from projections.facts.spec import TYPES
from projections.storage.binary_rows import FrozenCopy
from projections.storage.database import Database, open_database, selected

KINDS: dict[type, st.SearchStrategy[Any]] = {
    str: st.sampled_from(("", "x", "华东", 'a "quoted"\n\\line', "x" * 300)),
    int: st.integers(-(2**63), 2**63 - 1),
    bool: st.booleans(),
    datetime: st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001
    date: st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    Decimal: st.integers(-(10**37), 10**37).map(lambda n: Decimal(n).scaleb(-4))
    | st.sampled_from(tuple(map(Decimal, ("0", "0.0001", "-0.0001", "-10000", "99999999.9999")))),
}
COLUMNS = [(f"{kind.__name__}_{number}", kind) for kind in KINDS for number in (1, 2)]
SCHEMA = {"key": pl.Int64(), **{name: TYPES[kind][0] for name, kind in COLUMNS}}
PG_TYPES = {"key": "bigint", **{name: TYPES[kind][1] for name, kind in COLUMNS}}
ROWS = st.lists(st.tuples(st.integers(0, 9), *(st.none() | KINDS[kind] for _, kind in COLUMNS)), max_size=20)


@pytest.fixture
def database(embedded_store: Store) -> Iterator[Database]:
    with open_database(embedded_store.conninfo) as opened:
        columns = SQL(", ").join(
            SQL("{} " + kind).format(Identifier(name)) for name, kind in PG_TYPES.items()
        )
        with opened.transaction():
            opened.run(SQL("create table copied ({})").format(columns))
        yield opened


def stored(database: Database) -> pl.DataFrame:
    with database.transaction():
        return database.read(SQL("select {} from copied").format(selected(PG_TYPES)), SCHEMA)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, together=st.booleans())
def test_what_is_copied_is_there(
    database: Database, embedded_store: Store, rows: list[tuple[Any, ...]], together: bool
) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    with database.transaction():
        database.run(SQL("truncate copied"))
    with FrozenCopy(embedded_store.conninfo, "copied") as table:
        for part in [frame] if together else [frame.head(3), frame.slice(3)]:
            table.copy(part)
    assert stored(database).equals(frame)


def test_nothing_is_left_of_a_copy_that_failed(database: Database, embedded_store: Store) -> None:
    with pytest.raises(RuntimeError, match="killed"):
        copy_and_fail(embedded_store.conninfo)
    assert stored(database).is_empty()


def copy_and_fail(conninfo: str) -> None:
    with FrozenCopy(conninfo, "copied") as table:
        table.copy(pl.DataFrame({"key": [1, 2]}))
        raise RuntimeError("killed")
