"""The rows that are counted and added up: one per event, from when until when it stands.

Rows are [customer, at, topic, stream, version] and what they may be narrowed by; `at` is from when a row
counts. Beside these there may be `happened`, what windows of days go by; `until`, when an event (until_topic,
until_version) ends it; `due`, a day that comes; and the `amount`.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from projections.views.segments.days import INSTANT

PARTS = 10_000
"""Money and points are added up in whole ten-thousandths."""
COUNTED: Mapping[str, pl.DataType] = {
    "customer": pl.String(),
    "at": INSTANT,
    "happened": INSTANT,
    "until": INSTANT,
    "until_topic": pl.String(),
    "until_version": pl.Int64(),
    "due": INSTANT,
    "amount": pl.Int64(),
    "topic": pl.String(),
    "stream": pl.String(),
    "version": pl.Int64(),
}


def counted(rows: pl.DataFrame, narrowed: Sequence[str], **told: pl.Expr | str) -> pl.DataFrame:
    """Rows with the columns of COUNTED as told; the rest goes without saying (`stands`)."""
    columns = {name: _expression(one).cast(COUNTED[name]) for name, one in told.items()}
    version = columns.pop("version", pl.lit(None, pl.Int64))
    return rows.select(*(name for name in narrowed if name not in columns), **columns, version=version)


def stands(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with all that standing needs: what was not told happened at its time, once, and has no end."""
    unsaid = {
        "happened": pl.col("at"),
        "amount": pl.lit(1, pl.Int64),
        "until": pl.lit(None, INSTANT),
        "due": pl.lit(None, INSTANT),
    }
    return rows.with_columns(one.alias(name) for name, one in unsaid.items() if name not in rows.columns)


def _expression(told: pl.Expr | str) -> pl.Expr:
    return pl.col(told) if isinstance(told, str) else told


def parts(column: str) -> pl.Expr:
    """An exact decimal of four places as a whole number."""
    return (pl.col(column) * pl.lit(PARTS).cast(pl.Decimal(38, 4))).cast(pl.Int64)
