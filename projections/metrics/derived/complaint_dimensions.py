"""What derived facts about complaints say of a complaint, and how their rows get it."""

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
