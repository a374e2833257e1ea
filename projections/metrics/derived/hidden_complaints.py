"""Calls in which the complaint key was pressed, and whether anybody was held liable for what came of it."""

import polars as pl

from projections.facts import SPECS
from projections.metrics.derived.complaint_dimensions import bounds, rows_about
from projections.metrics.derived.derived import Derived, Reading

DIMENSIONS = (
    "hotline",
    "queue",
    "channel",
    "purpose",
    "line",
    "unit",
    "tier",
    "agent_id",
    "campaign_id",
    "customer_id",
)
CALL = "offered_at"
PREFIX = "call-"


def rows(reading: Reading) -> pl.DataFrame:
    """Inbound calls of the periods with the key pressed; `is_hidden`: no complaint of it was attributed."""
    start, end = bounds(reading)
    calls = reading.facts(
        "calls",
        columns=(*DIMENSIONS, CALL, "key_presses"),
        time=(CALL, start, end),
        equal={"direction": ["inbound"]},
    ).filter(pl.col("key_presses") > 0)
    short = calls.with_columns(call_id=pl.col("call").str.strip_prefix(PREFIX))
    attributed = _attributed(reading, short["call_id"])
    return (
        short.join(attributed, on="call_id", how="left")
        .with_columns(is_hidden=pl.col("other_stream").is_null())
        .drop("call_id", "key_presses")
    )


def _attributed(reading: Reading, call_ids: pl.Series) -> pl.DataFrame:
    """[call_id, other_stream]: the first complaint, by its id, with liability attributed for each call."""
    columns = ("call_id", "attributions")
    told = rows_about(reading, "complaints", columns=columns, key="call_id", values=call_ids)
    return (
        told.filter(pl.col("attributions") > 0)
        .group_by("call_id")
        .agg(other_stream=pl.col("complaint").min())
    )


HIDDEN_COMPLAINTS = Derived(
    name="hidden_complaints",
    reads=("calls", "complaints"),
    keys=("call",),
    schema={name: SPECS["calls"].schema[name] for name in (*DIMENSIONS, CALL)} | {"is_hidden": pl.Boolean()},
    rows=rows,
)
