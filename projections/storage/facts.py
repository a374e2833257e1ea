"""Rows of a fact read and written inside the projector's transaction."""

import polars as pl
from psycopg.sql import SQL, Identifier

from projections.facts.fold import empty_rows
from projections.facts.spec import FactSpec
from projections.storage.database import Database, selected

INSTANT = "%Y-%m-%dT%H:%M:%S%.6fZ"


def rows_of_keys(database: Database, spec: FactSpec, keys: pl.DataFrame) -> pl.DataFrame:
    """The stored rows of these keys."""
    stream = spec.key_names[0]
    if keys.is_empty():
        return empty_rows(spec)
    found = rows_of_streams(database, spec, keys.get_column(stream).unique())
    return found if len(spec.key_names) == 1 else found.join(keys, on=spec.key_names, how="semi")


def rows_of_streams(database: Database, spec: FactSpec, streams: pl.Series) -> pl.DataFrame:
    """All stored rows of these streams."""
    if streams.is_empty():
        return empty_rows(spec)
    # Literals and not parameters: ADBC reads a statement with parameters row by row instead of by COPY.
    statement = SQL("select {} from {} where {} = any({}::text[])").format(
        selected(spec.pg_types), Identifier(spec.table), Identifier(spec.key_names[0]), streams.to_list()
    )
    return database.read(statement, spec.schema)


def stored_streams(database: Database, spec: FactSpec) -> pl.DataFrame:
    """The streams that have rows, once each, void ones too."""
    statement = SQL("select distinct {} as stream from {}").format(
        Identifier(spec.key_names[0]), Identifier(spec.table)
    )
    return database.query(statement)


def rows_in_windows(
    database: Database, spec: FactSpec, windows: pl.DataFrame, *, key: str, time: str
) -> pl.DataFrame:
    """The stored rows whose `key` and `time` lie in one of the windows [key, from, to], ends included."""
    if windows.is_empty():
        return empty_rows(spec)
    statement = SQL(
        "select {} from {} as facts"
        " join unnest({}::text[], {}::timestamptz[], {}::timestamptz[]) as w (key, starts, ends)"
        " on facts.{} = w.key and facts.{} between w.starts and w.ends"
    ).format(
        selected(spec.pg_types, table="facts"),
        Identifier(spec.table),
        windows.get_column("key").to_list(),
        *(windows.get_column(end).dt.strftime(INSTANT).to_list() for end in ("from", "to")),
        Identifier(key),
        Identifier(time),
    )
    return database.read(statement, spec.schema)


def upsert(database: Database, spec: FactSpec, rows: pl.DataFrame) -> None:
    """Put rows in the place of those with the same keys."""
    if rows.is_empty():
        return
    incoming = f"incoming_{spec.table}"
    database.run(
        SQL("create temp table if not exists {} (like {}) on commit delete rows").format(
            Identifier(incoming), Identifier(spec.table)
        )
    )
    database.copy(incoming, rows, temporary=True)
    values = [name for name in spec.schema if name not in spec.key_names]
    database.run(
        SQL("insert into {} ({columns}) select {columns} from {} on conflict ({}) do update set {}").format(
            Identifier(spec.table),
            Identifier(incoming),
            SQL(", ").join(map(Identifier, spec.key_names)),
            SQL(", ").join(SQL("{0} = excluded.{0}").format(Identifier(name)) for name in values),
            columns=SQL(", ").join(map(Identifier, spec.schema)),
        )
    )
