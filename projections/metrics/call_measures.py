"""What is summed over calls, each on the day of its offer: a call belongs to the interval of its offer.

Notation of the domain page: A answered, B abandoned, F flowed out, O = A + B + F by first outcome.
"""

from datetime import timedelta

import polars as pl

from projections.metrics.measure import Measure, Neighbours

THRESHOLD_MS = 20_000
"""X of the service levels: within means no longer than this."""

SHORT_ABANDON_MS = 5_000
"""s of the service levels: whoever gave up this early is counted apart."""

inbound = pl.col("direction") == "inbound"
answered = inbound & (pl.col("outcome") == "answered")
abandoned = inbound & (pl.col("outcome") == "abandoned")
flowed_out = inbound & (pl.col("outcome") == "flowed_out")
offered = inbound & pl.col("outcome").is_in(["answered", "abandoned", "flowed_out"])
queued = pl.col("queued_at").is_not_null()
within_threshold = pl.col("wait_ms") <= THRESHOLD_MS
identified = answered & pl.col("customer_id").is_not_null()

NEXT_CONTACT = Neighbours(
    key="customer_id",
    time="offered_at",
    within=timedelta(days=7),
    among=inbound,
    derived="next_contact_at",
)
"""The same customer's next inbound call, whatever its outcome, if it came within 168 hours."""


def call_measure(name: str, value: pl.Expr, *, neighbours: Neighbours | None = None) -> Measure:
    return Measure(name=name, fact="calls", value=value, time="offered_at", neighbours=neighbours)


CALL_MEASURES = (
    call_measure("inbound_calls", inbound),
    call_measure("offered", offered),
    call_measure("answered", answered),
    call_measure("abandoned", abandoned),
    call_measure("flowed_out", flowed_out),
    call_measure("queued", offered & queued),
    call_measure("queued_answered", answered & queued),
    call_measure("answered_within_threshold", answered & within_threshold),
    call_measure("abandoned_within_threshold", abandoned & within_threshold),
    call_measure("abandoned_short", abandoned & (pl.col("wait_ms") <= SHORT_ABANDON_MS)),
    call_measure(
        "callbacks_within_threshold",
        flowed_out & (pl.col("flow_kind") == "callback_requested") & within_threshold,
    ),
    call_measure("answered_wait_ms", pl.when(answered).then("wait_ms")),
    call_measure("answered_talk_ms", pl.when(answered).then("talk_ms")),
    call_measure("talked", answered & (pl.col("talk_ms") > 0)),
    call_measure("identified_answered", identified),
    call_measure(
        "not_repeated_7d",
        identified & pl.col(NEXT_CONTACT.derived).is_null(),
        neighbours=NEXT_CONTACT,
    ),
    call_measure("complaint_key_calls", inbound & (pl.col("key_presses") > 0)),
)

CALL_GROUPINGS = (
    (),
    ("queue",),
    ("purpose",),
    ("line",),
    ("unit",),
    ("tier",),
    ("channel",),
    ("hotline",),
    ("queue", "unit"),
)
"""Declared groupings; agents and customers are too many to be stored and are read from the fact rows."""
