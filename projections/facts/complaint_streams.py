"""What facts below a complaint read of its whole stream: the filing, and how much later things happened."""

from collections.abc import Sequence

import polars as pl

FILED = "complaint.filed"


def filings(events: pl.DataFrame) -> pl.DataFrame:
    """The filing of each stream: the earliest, if it was told more than once."""
    filed = events.filter(pl.col("topic") == FILED).sort("occurred_at", "position")
    return filed.unique("originator_id", keep="first", maintain_order=True)


def laid_to(events: pl.DataFrame, rows: pl.DataFrame, *, keys: Sequence[str]) -> pl.DataFrame:
    """Events that name no row, once for every row (originator_id, keys) of their stream."""
    return events.drop(keys, strict=False).join(rows.select("originator_id", *keys), on="originator_id")


def since(began: str) -> pl.Expr:
    """Whole milliseconds from a moment to when an event happened; null where the moment is not known."""
    return (pl.col("occurred_at") - pl.col(began)).dt.total_milliseconds()
