"""Stored sums moved by differences: a cell that no row holds any longer is deleted."""

import polars as pl
from psycopg.sql import SQL, Identifier

from projections.facts.spec import FactSpec
from projections.storage.database import Database
from projections.storage.tables import SUM_KEYS, sum_types


def move_sums(database: Database, spec: FactSpec, changes: pl.DataFrame) -> None:
    """Add `changes` (cells of the fact's sums table) to the stored cells."""
    if changes.is_empty():
        return
    incoming = f"incoming_{spec.sums_table}"
    database.run(
        SQL("create temp table if not exists {} (like {}) on commit delete rows").format(
            Identifier(incoming), Identifier(spec.sums_table)
        )
    )
    database.copy(incoming, changes.select(sum_types(spec.name).keys()), temporary=True)
    summed = [name for name in sum_types(spec.name) if name not in SUM_KEYS]
    database.run(
        SQL(
            "insert into {sums} as held ({columns}) select {columns} from {incoming}"
            " on conflict (grouping, day, v1, v2) do update set {added}"
        ).format(
            sums=Identifier(spec.sums_table),
            columns=SQL(", ").join(map(Identifier, sum_types(spec.name))),
            incoming=Identifier(incoming),
            added=SQL(", ").join(SQL("{0} = held.{0} + excluded.{0}").format(Identifier(n)) for n in summed),
        )
    )
    if changes.filter(pl.col("rows") < 0).height:
        database.run(_delete_empty.format(sums=Identifier(spec.sums_table), incoming=Identifier(incoming)))


_delete_empty = SQL(
    "delete from {sums} held using {incoming} moved where held.rows = 0 and moved.rows < 0"
    " and held.grouping = moved.grouping and held.day = moved.day"
    " and held.v1 is not distinct from moved.v1 and held.v2 is not distinct from moved.v2"
)
