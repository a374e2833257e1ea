"""Numbers for rows of a source without ids: the how-manieth row of its file with the same natural key."""

import polars as pl

from pipelines.ingest.key_counts import KeyCounts
from pipelines.ingest.plan import HIDDEN, Plan

ORDINAL = f"{HIDDEN}ordinal"
TOLD_ORDINAL = "ordinal"
"""What expressions of streams and events call it."""


class Ordinals:
    """Counts each natural key over the pieces of one file.

    Keys are held as hashes. Two that share one, which no file of ours will see, are counted as one: the
    record of either is as well told apart, since its own key stands beside the number.
    """

    def __init__(self) -> None:
        self._seen = KeyCounts()

    def of(self, keys: pl.DataFrame) -> pl.Series:
        """The ordinal of each row as text, beginning with 0, in the order of the file."""
        hashes = keys.hash_rows(seed=0)
        within = (
            hashes.to_frame("key").select(pl.int_range(pl.len(), dtype=pl.UInt32).over("key")).to_series()
        )
        numbers = within + self._seen.before(hashes)
        self._seen.add(hashes)
        return numbers.cast(pl.String).alias(ORDINAL)


def natural_keys(read: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """What the mapping's key says of rows as they were read, personal ids as they are."""
    for step in plan.steps:
        read = read.with_columns(**step)
    return read.select(**plan.key_parts)


def told_ordinal(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The rows with their ordinal under the name by which a mapping knows it."""
    return rows.with_columns(pl.col(ORDINAL).alias(TOLD_ORDINAL)) if plan.has_ordinal else rows
