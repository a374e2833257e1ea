"""What is summed over callbacks: when planned, first tried, answered or due, each by its own day."""

import polars as pl

from projections.metrics.catalogue.rating_rule import is_satisfied
from projections.metrics.measure import Condition, Measure

VALID = Condition(holds=pl.col("answered_at").is_not_null(), otherwise="not answered")
SAYS_SATISFIED = is_satisfied("satisfied", "score", "scale")
SATISFIED = Condition(holds=SAYS_SATISFIED, otherwise="not said to be satisfied")
DISSATISFIED = Condition(holds=~SAYS_SATISFIED, otherwise="not said to be dissatisfied")
WITH_FINDING = Condition(holds=pl.col("findings") > 0, otherwise="nothing found")
ON_TIME = Condition(holds=pl.col("first_attempted_at") <= pl.col("due_at"), otherwise="not tried by then")
STILL_DUE = Condition(
    holds=pl.min_horizontal("suppressed_at", "cancelled_at").is_null()
    | (pl.min_horizontal("suppressed_at", "cancelled_at") > pl.col("due_at")),
    otherwise="suppressed or cancelled before it was due",
)


def callback_measure(name: str, *conditions: Condition, time: str) -> Measure:
    return Measure(name=name, fact="callbacks", time=time, conditions=conditions)


CALLBACK_MEASURES = (
    callback_measure("callbacks", time="scheduled_at"),
    callback_measure("callbacks_attempted", time="first_attempted_at"),
    callback_measure("callbacks_attempted_valid", VALID, time="first_attempted_at"),
    callback_measure("callbacks_valid", time="answered_at"),
    callback_measure("callbacks_satisfied", SATISFIED, time="answered_at"),
    callback_measure("callbacks_dissatisfied", DISSATISFIED, time="answered_at"),
    callback_measure("callbacks_with_finding", WITH_FINDING, time="answered_at"),
    callback_measure("callbacks_due", STILL_DUE, time="due_at"),
    callback_measure("callbacks_due_on_time", STILL_DUE, ON_TIME, time="due_at"),
)

CALLBACK_GROUPINGS = ((), ("purpose",), ("unit",), ("tier",), ("campaign_id",))

CALLBACK_ATTEMPT_MEASURES = (
    Measure(name="callback_attempts", fact="callback_attempts", time="attempted_at"),
)

CALLBACK_ATTEMPT_GROUPINGS = ((), ("unit",))

CALLBACK_FINDING_MEASURES = (Measure(name="callback_findings", fact="callback_findings", time="found_at"),)

CALLBACK_FINDING_GROUPINGS = ((), ("finding",), ("unit",))

NOT_A_CALLBACK = Condition(
    holds=pl.col("channel") != "callback", otherwise="an attempt of a callback, counted there"
)

OTHER_CONTACT_MEASURES = (
    Measure(
        name="contacts_beside_callbacks", fact="contacts", time="contacted_at", conditions=(NOT_A_CALLBACK,)
    ),
)
"""Outbound contacts less those that repeat an attempt of a callback's own stream."""

OTHER_CONTACT_GROUPINGS = ((), ("unit",))
