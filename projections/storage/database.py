"""One ADBC connection: frames in and out of PostgreSQL, typed, in transactions that end explicitly."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl
from adbc_driver_postgresql import dbapi
from psycopg.sql import SQL, Composable, Identifier

from projections.facts.spec import MONEY

NUMERIC = "numeric(38,4)"
QUIET = "select set_config('log_min_messages', 'error', false) where current_setting('is_superuser') = 'on'"
"""ADBC begins a transaction before each COPY though it is in one: the server would log each as a warning."""

ONE_PROCESS = (
    "select set_config(name, '0', false) from unnest("
    "array['max_parallel_maintenance_workers', 'max_parallel_workers_per_gather']) as name"
)


class Database:
    """A connection whose statements join one transaction until `commit` or `rollback`."""

    def __init__(self, conninfo: str) -> None:
        """Connect; ADBC's OperationalError says why it cannot."""
        self.connection = dbapi.connect(conninfo)
        self.run(SQL(QUIET))
        self.commit()

    def run(self, statement: Composable, parameters: Sequence[Any] = ()) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(statement.as_string(), parameters or None)

    def query(self, statement: Composable, parameters: Sequence[Any] = ()) -> pl.DataFrame:
        with self.connection.cursor() as cursor:
            cursor.execute(statement.as_string(), parameters or None)
            found = pl.from_arrow(cursor.fetch_arrow_table())
        if not isinstance(found, pl.DataFrame):
            raise TypeError(f"{statement.as_string()} gave no rows")
        return found

    def read(
        self, statement: Composable, schema: Mapping[str, pl.DataType], parameters: Sequence[Any] = ()
    ) -> pl.DataFrame:
        """Query columns made by `selected`, in the types of `schema`."""
        found = self.query(statement, parameters)
        arrived = found.schema
        others = [pl.col(name).cast(dtype) for name, dtype in schema.items() if arrived[name] != dtype]
        return found.with_columns(others) if others else found

    @contextmanager
    def by_index(self) -> Iterator[None]:
        """Statements use an index wherever one may serve, whatever the planner expects to find."""
        self.run(SQL("set local enable_seqscan = off"))
        yield
        self.run(SQL("set local enable_seqscan = on"))

    def use_one_process(self) -> None:
        """Let the server use one process for each statement of this connection: the other cores are busy."""
        self.run(SQL(ONE_PROCESS))
        self.commit()

    def copy(self, table: str, rows: pl.DataFrame, *, temporary: bool = False) -> None:
        """Append rows by binary COPY; columns that hold nothing are left to be null."""
        if rows.is_empty():
            return
        held = [column.name for column in rows.get_columns() if column.null_count() < rows.height]
        with self.connection.cursor() as cursor:
            cursor.adbc_ingest(table, rows.select(held).to_arrow(), mode="append", temporary=temporary)

    def commit(self) -> None:
        self.connection.commit()

    def rollback(self) -> None:
        self.connection.rollback()

    def close(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator["Database"]:
        """Commit at the end, roll back on any exception."""
        try:
            yield self
        except BaseException:
            self.rollback()
            raise
        self.commit()


@contextmanager
def open_database(conninfo: str) -> Iterator[Database]:
    database = Database(conninfo)
    try:
        yield database
    finally:
        database.close()


def selected(pg_types: Mapping[str, str], *, table: str | None = None) -> Composable:
    """Select these columns; ADBC gives numeric as an opaque type, so it is asked for as text."""
    source = SQL("") if table is None else SQL("{}.").format(Identifier(table))
    return SQL(", ").join(
        SQL("{}{}::text as {}" if pg_type.startswith("numeric") else "{}{}").format(
            *(
                [source, Identifier(name), Identifier(name)]
                if pg_type.startswith("numeric")
                else [source, Identifier(name)]
            )
        )
        for name, pg_type in pg_types.items()
    )


def frame_type(pg_type: str) -> pl.DataType:
    """The frame type of a column of sums."""
    known: dict[str, pl.DataType] = {"text": pl.String(), "date": pl.Date(), "bigint": pl.Int64()}
    return known.get(pg_type, MONEY)
