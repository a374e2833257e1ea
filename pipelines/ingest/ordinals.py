"""Numbers for rows of a source without ids: the how-manieth row of its file with the same natural key."""

import polars as pl

from pipelines.ingest.plan import HIDDEN

ORDINAL = f"{HIDDEN}ordinal"
COUNT = f"{HIDDEN}count"


class Ordinals:
    """Counts each natural key over the chunks of one file; keeps one row per distinct key."""

    def __init__(self) -> None:
        self._seen: pl.DataFrame | None = None

    def of(self, keys: pl.DataFrame) -> pl.Series:
        """The ordinal of each row as text, beginning with 0, in the order of the file."""
        names = keys.columns
        if self._seen is None:
            self._seen = keys.clear().with_columns(pl.lit(0, dtype=pl.UInt32).alias(COUNT))
        numbered = keys.with_columns(pl.int_range(pl.len(), dtype=pl.UInt32).over(names).alias(ORDINAL))
        before = numbered.join(self._seen, on=names, how="left", nulls_equal=True, maintain_order="left")
        ordinals = before.select(ORDINAL=pl.col(ORDINAL) + pl.col(COUNT).fill_null(0)).to_series()
        counted = keys.group_by(names).agg(pl.len().cast(pl.UInt32).alias(COUNT))
        self._seen = pl.concat([self._seen, counted]).group_by(names).agg(pl.col(COUNT).sum())
        return ordinals.cast(pl.String).alias(ORDINAL)
