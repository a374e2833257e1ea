"""What derived facts about complaints say of a complaint, and how their rows get it."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from projections.facts import SPECS
from projections.metrics.derived.derived import Reading

DIMENSIONS = (
    "kind",
    "channel",
    "category",
    "subcategory",
    "line",
    "product",
    "unit",
    "tier",
    "agent_id",
    "customer_id",
    "severity",
)
FILED = "filed_at"
FEW = 20_000
"""Up to so many values are named in a question; more cost more to name than the other rows to read."""
ENVELOPE = tuple(SPECS["complaints"].envelope_schema)
ABOUT: dict[str, pl.DataType] = {name: SPECS["complaints"].schema[name] for name in (*DIMENSIONS, FILED)}
"""Columns that rows about a complaint have from it, with their types."""


def bounds(reading: Reading) -> tuple[datetime, datetime]:
    """Where the periods asked for begin and end; nothing is between no periods."""
    if not reading.spans:
        return reading.reference, reading.reference
    return reading.spans[0][0], reading.spans[-1][1]


def filed_within(reading: Reading) -> pl.DataFrame:
    """The complaints filed in the periods: complaint, what rows say of it, and the envelope."""
    start, end = bounds(reading)
    rows = reading.facts("complaints", columns=(*DIMENSIONS, FILED), time=(FILED, start, end))
    return rows.select("complaint", *ABOUT, *ENVELOPE)


def rows_about(
    reading: Reading, fact: str, *, columns: Sequence[str], key: str, values: pl.Series
) -> pl.DataFrame:
    """The rows whose key is one of many values: asked for where these are few, else all are read and kept."""
    if values.len() <= FEW:
        return reading.facts(fact, columns=columns, equal={key: values.to_list()})
    return reading.facts(fact, columns=columns).filter(pl.col(key).is_in(values.implode()))
