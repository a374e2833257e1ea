"""Inbound calls once per purpose that they were handled for, each in the interval of its offer."""

from datetime import timedelta

import polars as pl

from projections.facts import SPECS
from projections.metrics.derived.derived import Derived, Reading

EARLIER = timedelta(days=1)
"""How far another system's clock may put the handling of a call before its offer."""
ABOUT = (
    "hotline",
    "queue",
    "channel",
    "line",
    "unit",
    "tier",
    "agent_id",
    "customer_id",
    "campaign_id",
    "outcome",
    "talk_ms",
    "offered_at",
)


def handled_purposes(reading: Reading) -> pl.DataFrame:
    """One row per call and purpose: `purpose` is what it was handled for, the rest is the call's."""
    start, end = reading.spans[0][0], reading.spans[-1][1]
    calls = reading.facts(
        "calls", columns=ABOUT, time=("offered_at", start, end), equal={"direction": ["inbound"]}
    )
    handled = reading.facts("call_purposes", columns=("purpose",), time=("handled_at", start - EARLIER, None))
    return calls.join(handled.select("call", "purpose").unique(), on="call")


HANDLED_PURPOSES = Derived(
    name="handled_purposes",
    reads=("calls", "call_purposes"),
    keys=("call", "purpose"),
    schema={"purpose": pl.String(), **{name: SPECS["calls"].schema[name] for name in ABOUT}},
    rows=handled_purposes,
)
