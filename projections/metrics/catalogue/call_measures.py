"""What is summed over calls, each on the day of its offer: a call belongs to the interval of its offer.

Notation of the domain page: A answered, B abandoned, F flowed out, O = A + B + F by first outcome.
"""

from datetime import timedelta

import polars as pl

from projections.metrics.catalogue.rating_rule import is_satisfied
from projections.metrics.measure import Condition, Measure, Neighbours

THRESHOLD_MS = 20_000
"""X of the service levels: within means no longer than this."""

SHORT_ABANDON_MS = 5_000
"""s of the service levels: whoever gave up this early is counted apart."""

INBOUND = Condition(holds=pl.col("direction") == "inbound", otherwise="not an inbound call")
ENDED = Condition(
    holds=pl.col("outcome").is_in(["answered", "abandoned", "flowed_out"]), otherwise="no outcome yet"
)
ANSWERED = Condition(holds=pl.col("outcome") == "answered", otherwise="not answered")
ABANDONED = Condition(holds=pl.col("outcome") == "abandoned", otherwise="not abandoned")
FLOWED_OUT = Condition(holds=pl.col("outcome") == "flowed_out", otherwise="did not flow out")
QUEUED = Condition(holds=pl.col("queued_at").is_not_null(), otherwise="never queued")
IN_TIME = Condition(holds=pl.col("wait_ms") <= THRESHOLD_MS, otherwise="not within 20 s")
SHORT = Condition(holds=pl.col("wait_ms") <= SHORT_ABANDON_MS, otherwise="not within 5 s")
CALLBACK_ASKED = Condition(
    holds=pl.col("flow_kind") == "callback_requested", otherwise="no callback requested"
)
TALKED = Condition(holds=pl.col("talk_ms") > 0, otherwise="no talk")
IDENTIFIED = Condition(holds=pl.col("customer_id").is_not_null(), otherwise="anonymous caller")
KEY_PRESSED = Condition(holds=pl.col("key_presses") > 0, otherwise="complaint key not pressed")

HANDLED = Condition(holds=pl.col("ended_at").is_not_null(), otherwise="not ended yet")
RING_KNOWN = Condition(holds=pl.col("ring_ms").is_not_null(), otherwise="no ring time recorded")
WRAP_UP_KNOWN = Condition(holds=pl.col("wrap_up_ms").is_not_null(), otherwise="no wrap-up recorded")
IN_IVR = Condition(holds=pl.col("ivr_ms").is_not_null(), otherwise="not in the IVR")
SELF_SERVED = Condition(holds=pl.col("flow_kind") == "self_served", otherwise="not self-served")
ASKED_RESOLVED = Condition(
    holds=pl.col("resolved").is_not_null(), otherwise="nobody said whether it was resolved"
)
RESOLVED = Condition(holds=pl.col("resolved"), otherwise="said not to be resolved")
RATED = Condition(holds=pl.col("rated_at").is_not_null(), otherwise="not rated")
SATISFIED = Condition(
    holds=is_satisfied("rating_satisfied", "rating_score", "rating_scale"), otherwise="not satisfied"
)

NEXT_CONTACT = Neighbours(
    key="customer_id",
    time="offered_at",
    within=timedelta(days=7),
    among=INBOUND.holds,
    derived="next_contact_at",
)
"""The same customer's next inbound call, whatever its outcome, if it came within 168 hours."""

NOT_REPEATED = Condition(
    holds=pl.col(NEXT_CONTACT.derived).is_null(), otherwise="the customer called again within 168 hours"
)


def call_measure(
    name: str,
    *conditions: Condition,
    amount: str | None = None,
    counted_by: str = "answered",
    neighbours: Neighbours | None = None,
) -> Measure:
    return Measure(
        name=name,
        fact="calls",
        time="offered_at",
        conditions=(INBOUND, *conditions),
        amount=amount,
        counted_by=counted_by if amount else None,
        neighbours=neighbours,
    )


CALL_MEASURES = (
    call_measure("inbound_calls"),
    call_measure("offered", ENDED),
    call_measure("answered", ANSWERED),
    call_measure("abandoned", ABANDONED),
    call_measure("flowed_out", FLOWED_OUT),
    call_measure("queued", ENDED, QUEUED),
    call_measure("queued_answered", ANSWERED, QUEUED),
    call_measure("answered_within_threshold", ANSWERED, IN_TIME),
    call_measure("abandoned_within_threshold", ABANDONED, IN_TIME),
    call_measure("abandoned_short", ABANDONED, SHORT),
    call_measure("callbacks_within_threshold", FLOWED_OUT, CALLBACK_ASKED, IN_TIME),
    call_measure("answered_wait_ms", ANSWERED, amount="wait_ms"),
    call_measure("answered_talk_ms", ANSWERED, amount="talk_ms"),
    call_measure("talked", ANSWERED, TALKED),
    call_measure("identified_answered", ANSWERED, IDENTIFIED),
    call_measure("not_repeated_7d", ANSWERED, IDENTIFIED, NOT_REPEATED, neighbours=NEXT_CONTACT),
    call_measure("complaint_key_calls", KEY_PRESSED),
    call_measure("rings", ANSWERED, RING_KNOWN),
    call_measure("ring_ms", ANSWERED, amount="ring_ms", counted_by="rings"),
    call_measure("wrap_ups", ANSWERED, HANDLED, WRAP_UP_KNOWN),
    call_measure("wrap_up_ms", ANSWERED, HANDLED, amount="wrap_up_ms", counted_by="wrap_ups"),
    call_measure("handled", ANSWERED, HANDLED),
    call_measure("handled_talk_ms", ANSWERED, HANDLED, amount="talk_ms", counted_by="handled"),
    call_measure("handled_hold_ms", ANSWERED, HANDLED, amount="hold_ms", counted_by="handled"),
    call_measure("handled_wrap_up_ms", ANSWERED, HANDLED, amount="wrap_up_ms", counted_by="handled"),
    call_measure("ivr_calls", ENDED, IN_IVR),
    call_measure("self_served", ENDED, IN_IVR, SELF_SERVED),
    call_measure("asked_resolved", ANSWERED, ASKED_RESOLVED),
    call_measure("said_resolved", ANSWERED, RESOLVED),
    call_measure("rated_calls", ANSWERED, RATED),
    call_measure("satisfied_calls", ANSWERED, RATED, SATISFIED),
)

PURPOSE_MEASURES = (
    Measure(name="purposes_handled", fact="handled_purposes", time="offered_at"),
    Measure(name="purposes_answered", fact="handled_purposes", time="offered_at", conditions=(ANSWERED,)),
    Measure(
        name="purpose_talk_ms",
        fact="handled_purposes",
        time="offered_at",
        conditions=(ANSWERED,),
        amount="talk_ms",
        counted_by="purposes_answered",
    ),
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
